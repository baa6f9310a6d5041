"""Back-tests that go on while nobody looks: asking for one, running it, and what it found."""
