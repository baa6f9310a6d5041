"""Actions: what is done about findings in other systems, proposed, approved, sent and confirmed."""
