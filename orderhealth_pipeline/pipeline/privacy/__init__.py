"""Forgetting a person: in feed files, the store, the desk and what was written of them."""
