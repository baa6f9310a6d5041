"""What the feeds' rows say at an instant: which count, how fresh they are, and what became of the others."""
