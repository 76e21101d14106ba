UPDATE owner SET writer = :writer
