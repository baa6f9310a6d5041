"""What a full evaluation costs beside one hand-written statement, and whether both say the same."""
