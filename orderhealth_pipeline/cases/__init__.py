"""Findings and the desk → cases: what belongs together, who has it, how far it is, how long it took."""
