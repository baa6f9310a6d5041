"""Adapters: a platform's own files, turned into feeds by SELECT statements."""
