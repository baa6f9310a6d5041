"""What the console costs: its server under load, its pages on a slow phone."""
