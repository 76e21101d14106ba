SELECT document FROM rejection WHERE architecture_id = :id
