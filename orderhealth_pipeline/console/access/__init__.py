"""Who may use the console: roles and their verbs, passwords, sign-in, and what requests bring."""
