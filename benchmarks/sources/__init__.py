"""What fetching costs: a million rows of a database beside the same rows as CSV, and webhooks a second."""
