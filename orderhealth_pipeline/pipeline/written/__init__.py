"""Files that people open: read from what is published, and put in their places complete or not at all."""
