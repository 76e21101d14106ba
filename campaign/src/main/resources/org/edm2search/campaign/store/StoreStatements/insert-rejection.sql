INSERT INTO rejection VALUES (:id, :position, :document)
