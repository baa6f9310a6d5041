"""What is paid, what went back, whether the sums fit, and what lines cost beside recent prices."""
