SELECT trial, images, loss FROM loss_point ORDER BY trial, images
