"""The store → the report's model: one module for each part of it."""
