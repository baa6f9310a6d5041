"""The alerts of a run: what the policy looks at, what it decides, and the messages that follow."""
