"""What a back-test found, for people: the page, and the lines and rows that the terminal shows as well."""
