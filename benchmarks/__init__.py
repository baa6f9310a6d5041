"""How long things take, and what they cost: one folder a question."""
