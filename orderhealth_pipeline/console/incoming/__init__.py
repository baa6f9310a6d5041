"""What comes in at the console: the meaning of unknown words, and files that people drop."""
