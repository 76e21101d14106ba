MERGE INTO revision KEY (id) VALUES (1, :amount)
