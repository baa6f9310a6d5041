"""Findings → health score, its attribution, the funnel and the TOP5, as pure functions on frames."""
