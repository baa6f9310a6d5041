"""Places that actions go to: systems with a web address, files for people and robots, tables of databases."""
