MERGE INTO loss_point
USING (VALUES (CAST(:trial AS INT), CAST(:images AS BIGINT), CAST(:loss AS DOUBLE PRECISION)))
  AS given (trial, images, loss)
ON loss_point.trial = given.trial AND loss_point.images = given.images
WHEN MATCHED THEN UPDATE SET loss = given.loss
WHEN NOT MATCHED THEN INSERT VALUES (given.trial, given.images, given.loss)
