SELECT document FROM trial ORDER BY number
