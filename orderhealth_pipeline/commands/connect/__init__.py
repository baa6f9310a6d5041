"""Calls about the systems that records come from: pulling them, and looking whether they can be reached."""
