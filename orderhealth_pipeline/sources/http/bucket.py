"""A token bucket: how long to wait before the next request, with a clock that is handed in.

What belongs here: arithmetic. What does not: waiting.
"""

from __future__ import annotations

from collections.abc import Callable


class Bucket:
    """So many requests a second, and so many at once after a pause."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float]) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._tokens = float(burst)
        self._at = clock()

    def seconds_to_wait(self) -> float:
        """Take a token, and return the seconds to wait until it is there."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        self._tokens -= 1
        return 0.0 if self._tokens >= 0 else -self._tokens / self._per_second
