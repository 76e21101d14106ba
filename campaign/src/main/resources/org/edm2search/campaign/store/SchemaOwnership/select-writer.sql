SELECT writer FROM owner
