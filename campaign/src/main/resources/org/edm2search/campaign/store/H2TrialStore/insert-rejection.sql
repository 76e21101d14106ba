INSERT INTO rejection VALUES (:id, (SELECT COUNT(*) FROM rejection), :document)
