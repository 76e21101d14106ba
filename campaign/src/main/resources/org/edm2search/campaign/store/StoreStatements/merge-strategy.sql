MERGE INTO strategy_state
USING (VALUES (1, CAST(:state AS VARCHAR))) AS given (id, state_json)
ON strategy_state.id = given.id
WHEN MATCHED THEN UPDATE SET state_json = given.state_json
WHEN NOT MATCHED THEN INSERT VALUES (given.id, given.state_json)
