"""Buyers as people: what their orders say of them, and whom customer service should speak to.

What belongs here: pure functions over the orders of buyers. What does not: who is a buyer (customers.py).
"""
