"""What others may read: a masked copy of the public tables, replaced in one piece."""
