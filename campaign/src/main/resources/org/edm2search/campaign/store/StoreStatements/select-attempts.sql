SELECT document FROM attempt ORDER BY position
