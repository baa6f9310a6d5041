"""What an order's address says: its door, its faults, the key by which it is known, and who shares it."""
