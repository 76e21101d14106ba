MERGE INTO trial
USING (VALUES (CAST(:number AS INT), CAST(:document AS VARCHAR))) AS given (number, document)
ON trial.number = given.number
WHEN MATCHED THEN UPDATE SET document = given.document
WHEN NOT MATCHED THEN INSERT VALUES (given.number, given.document)
