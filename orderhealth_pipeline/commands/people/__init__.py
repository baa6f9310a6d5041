"""The calls by which people speak: snooze, allow, verdict, and the log of it all."""
