"""Databases, APIs, webhooks and remote folders → landing files, kept as they came. No record is read here."""
