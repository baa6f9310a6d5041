"""What people want: intents of remarks and tickets, and the order in which orders are dispatched."""
