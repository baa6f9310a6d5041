"""Messages in plain lines: which facts are said, in which order and words."""
