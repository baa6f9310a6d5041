"""The file itself: opening it, its tables and version, copies, and what may be wrong with it."""
