"""How Dagster's processes are started, kept warm and kept small."""
