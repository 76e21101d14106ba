INSERT INTO attempt
VALUES ((SELECT COALESCE(MAX(position), -1) + 1 FROM attempt), :trial, :document)
