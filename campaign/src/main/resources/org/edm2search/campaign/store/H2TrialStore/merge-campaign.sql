MERGE INTO campaign KEY (id) VALUES (1, :document)
