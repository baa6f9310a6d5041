"""Landing files: written whole or not at all, remembered by a state that survives a crash."""
