"""Paged APIs: one declarative description a platform, no Python of its own."""
