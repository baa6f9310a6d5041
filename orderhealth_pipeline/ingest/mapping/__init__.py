"""Mapping: from a file that nobody declared to an adapter that a person can read."""
