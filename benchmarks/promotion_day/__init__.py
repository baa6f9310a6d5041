"""A promotion day minute by minute: how many messages there are, how soon, and how it was without."""
