SELECT COALESCE(MAX(number), -1) + 1 FROM trial
