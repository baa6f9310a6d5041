"""Calls about rules, the calendar, and changes of their files."""
