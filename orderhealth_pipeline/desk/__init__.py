"""The desk: what people said, an append-only log in a file of its own or in PostgreSQL."""
