"""The examples that every rule brings along, turned into feeds and held against the rule."""
