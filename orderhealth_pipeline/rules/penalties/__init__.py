"""What platforms charge for what rules find: their terms, what is at stake, and what was charged."""
