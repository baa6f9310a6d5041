"""What all known orders of a buyer say of them, and how risky that makes them.

What belongs here: pure functions over all orders of buyers. What does not: who is a buyer, and what a buyer
does within minutes or days (buyers/).
"""
