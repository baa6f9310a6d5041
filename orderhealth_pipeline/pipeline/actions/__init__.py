"""The actions of a run: from what it found to the table that the store keeps, and to the sinks."""
