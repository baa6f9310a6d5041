"""What asking costs: a preview, a back-test, and a word about many findings."""
