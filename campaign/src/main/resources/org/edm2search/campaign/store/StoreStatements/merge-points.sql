MERGE INTO loss_point
USING (
  SELECT CAST(:trial AS INT), images, loss
  FROM UNNEST(CAST(:images AS BIGINT ARRAY), CAST(:losses AS DOUBLE PRECISION ARRAY))
    AS curve (images, loss))
  AS given (trial, images, loss)
ON loss_point.trial = given.trial AND loss_point.images = given.images
WHEN MATCHED THEN UPDATE SET loss = given.loss
WHEN NOT MATCHED THEN INSERT VALUES (given.trial, given.images, given.loss)
