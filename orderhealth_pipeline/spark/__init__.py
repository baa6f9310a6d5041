"""The pure functions of an evaluation over Spark Connect, group by group.

What belongs here: connecting, and moving frames to where functions are applied to groups of them. What does
not: any business logic (orders/, rules/), and when an evaluation asks for it (pipeline/evaluation/).
"""
