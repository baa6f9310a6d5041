"""What grows on a promotion day of one tick after the other."""
