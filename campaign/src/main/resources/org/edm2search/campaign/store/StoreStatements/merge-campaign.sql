MERGE INTO campaign
USING (VALUES (1, CAST(:document AS VARCHAR))) AS given (id, document)
ON campaign.id = given.id
WHEN MATCHED THEN UPDATE SET document = given.document
WHEN NOT MATCHED THEN INSERT VALUES (given.id, given.document)
