"""How orders move through the five systems: how long each step takes, and which ways they take.

What belongs here: pure functions over the milestones of orders. What does not: milestones (orders/), and what
is wrong with single orders (rules/).
"""
