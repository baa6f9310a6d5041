"""Files elsewhere: whole ones are fetched, known by name, size and time."""
