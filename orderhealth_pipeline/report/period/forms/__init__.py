"""The report of a period as a page, a PDF, a spreadsheet and a message."""
