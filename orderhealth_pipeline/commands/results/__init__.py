"""Calls that give results of a store to other programs."""
