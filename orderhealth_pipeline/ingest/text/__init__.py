"""Texts → records: CSV and JSON lines, with every line accounted for."""
