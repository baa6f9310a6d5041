"""The report's model → its forms: HTML, Markdown, terminal, spreadsheet, and their charts."""
