"""How often and when a message is tried again: pure arithmetic.

What belongs here: numbers of the retry policy and what follows from them. What does not: sending and
sleeping.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class RetryPolicy:
    """Quick tries within one run, then one round per later run, each round further away.

    With the defaults a run tries three times within seconds; a channel that stays down is tried again by
    later runs after 1, 2, 4 … 60 minutes, and given up after 24 tries, which takes two hours or more.
    """

    quick_tries: int = 3
    quick_wait_seconds: float = 1.0
    later_wait_seconds: float = 60.0
    longest_later_wait_seconds: float = 3600.0
    max_attempts: int = 24
    run_seconds: float = 60.0
    lease_seconds: float = 180.0
    store_waits_seconds: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0)

    def quick_wait(self, tries: int, retry_after_seconds: float | None) -> float:
        """Seconds to wait after `tries` tries of this run: doubling, no less than the platform asked for."""
        return max(self.quick_wait_seconds * 2.0 ** (tries - 1), self._asked_for(retry_after_seconds))

    def next_attempt_at(self, now: datetime, attempts: int, retry_after_seconds: float | None) -> datetime:
        """Return the instant before which no run may try, after `attempts` tries in all runs together."""
        rounds = max(attempts - 1, 0) // self.quick_tries
        wait = min(self.later_wait_seconds * 2.0**rounds, self.longest_later_wait_seconds)
        return now + timedelta(seconds=max(wait, self._asked_for(retry_after_seconds)))

    def lease_ends_at(self, now: datetime) -> datetime:
        """Return the instant until which deliveries taken at `now` belong to the run that took them.

        Longer than `run_seconds`, one slow try and the waits for a busy store, so that a second run does not
        send what the first is sending; when the first dies, the next run after this instant sends again.
        """
        return now + timedelta(seconds=self.lease_seconds)

    def _asked_for(self, seconds: float | None) -> float:
        """Keep a pause that a platform asks for within the longest wait: it may be an instant by mistake."""
        return min(seconds or 0.0, self.longest_later_wait_seconds)
