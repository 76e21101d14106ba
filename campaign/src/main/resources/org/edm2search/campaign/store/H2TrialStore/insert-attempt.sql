INSERT INTO attempt VALUES ((SELECT COUNT(*) FROM attempt), :trial, :document)
