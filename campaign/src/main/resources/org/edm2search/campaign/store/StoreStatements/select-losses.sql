SELECT images, loss FROM loss_point WHERE trial = :trial ORDER BY images
