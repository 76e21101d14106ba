SELECT state_json FROM strategy_state
