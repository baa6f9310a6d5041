"""Who may use the console: accounts, sessions, tokens, links, and the audit log of what they did."""
