"""Calls about alerts: why they came, what another policy would tell, and whether all is well."""
