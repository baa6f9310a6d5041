"""The stages of the alert policy, one a module; decide.py has their order."""
