"""Many merchants side by side: each a folder with its own configuration and store, rules shared by all."""
