"""Databases, read as text in one read-only snapshot."""
