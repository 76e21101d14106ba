UPDATE rejection SET document = :document WHERE architecture_id = :id
