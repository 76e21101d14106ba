MERGE INTO strategy_state KEY (id) VALUES (1, :state)
