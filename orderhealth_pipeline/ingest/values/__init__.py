"""Texts → values: what each type of column takes for one, and what is said of the rest."""
