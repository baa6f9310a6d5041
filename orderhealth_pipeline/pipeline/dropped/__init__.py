"""A file that a person brings: what it is, how it would be read, and its place among what runs read."""
