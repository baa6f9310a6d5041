"""The cases of a run: from what it found to the tables that the store keeps."""
