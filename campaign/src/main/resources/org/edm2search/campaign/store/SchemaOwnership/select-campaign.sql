SELECT campaign FROM owner
