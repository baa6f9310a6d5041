"""The pages: a module each, with a function that takes a visit and returns the values of its template."""
