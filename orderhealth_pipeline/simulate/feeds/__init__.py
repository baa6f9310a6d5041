"""The plan as the eleven feeds that five systems would export at `as_of`: one module per system.

What belongs here: which rows and versions a system shows, and their columns. What does not: deciding what
happens.
"""
