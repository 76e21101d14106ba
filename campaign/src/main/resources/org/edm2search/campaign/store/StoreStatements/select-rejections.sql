SELECT document FROM rejection ORDER BY position
