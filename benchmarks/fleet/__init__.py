"""What a fleet of many merchants costs, and how that grows."""
