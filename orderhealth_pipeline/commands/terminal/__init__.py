"""What all calls share in how they speak to a terminal: language, options, printing."""
