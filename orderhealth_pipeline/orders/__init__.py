"""Feeds → order_fact: identity, timeline, money, address and buyer behaviour, as pure functions on frames."""
