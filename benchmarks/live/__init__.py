"""How long an alert takes from files landing to the message in the chat."""
