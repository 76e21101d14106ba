MERGE INTO loss_point KEY (trial, images) VALUES (:trial, :images, :loss)
