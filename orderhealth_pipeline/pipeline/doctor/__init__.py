"""Whether the alarm itself is well: what is looked at, and what is wrong with it."""
