"""What a person says, checked and written at the desk, for the command line and the console alike."""
