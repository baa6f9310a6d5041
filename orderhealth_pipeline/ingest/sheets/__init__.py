"""Spreadsheets → records, within bounds that are known before anything is unpacked."""
