SELECT document FROM attempt WHERE trial = :trial ORDER BY position
