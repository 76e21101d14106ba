INSERT INTO owner VALUES (1, :campaign, '')
