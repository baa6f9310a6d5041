"""What becomes of an action after a try: its state, and when it is tried again.

What belongs here: pure arithmetic. What does not: trying (attempts.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from orderhealth_pipeline.respond.retry import RetryPolicy
from orderhealth_pipeline.respond.sinks.sink import NotDoneError, RefusedError, SinkError

LONGEST_ERROR = 500


@dataclass(frozen=True)
class Outcome:
    """What became of one action; `attempts` counts the tries of all runs, and instants are UTC.

    `sent_at` is null where it surely did not arrive, and `expires_at` where it lasts for no time of its own.
    """

    action_id: str
    sink: str
    type: str
    state: str
    attempts: int
    last_error: str | None
    sent_at: datetime | None
    expires_at: datetime | None
    next_attempt_at: datetime | None


@dataclass(frozen=True)
class Tried:
    """An action that was tried: what was known before, and what the sink said (null: it took it)."""

    action_id: str
    sink: str
    type: str
    attempts: int
    lasts: timedelta | None
    error: SinkError | None


def outcome_of(
    tried: Tried, now: datetime, rests_on: datetime, policy: RetryPolicy, *, is_idempotent: bool
) -> Outcome:
    """Say what became of an action that was tried because of the evaluation `rests_on`.

    What surely was not done is approved still, and tried again later, for as long as its cause lasts: nothing
    is given up. What nobody can say of is `unknown`, and tried again only where the sink knows its key again.
    """
    error, attempts = tried.error, tried.attempts
    state, sent_at, wait = "unknown", now, None
    if error is None:
        state = "sent"
    elif isinstance(error, RefusedError):
        state = "rejected"
    else:
        if isinstance(error, NotDoneError):
            state = "approved"
        if state == "approved" or is_idempotent:
            rounds = policy.quick_tries * (attempts - 1) + 1
            wait = policy.next_attempt_at(now, rounds, error.retry_after_seconds)
    return Outcome(
        action_id=tried.action_id,
        sink=tried.sink,
        type=tried.type,
        state=state,
        attempts=attempts,
        last_error=None if error is None else str(error)[:LONGEST_ERROR],
        sent_at=None if state == "approved" else sent_at,
        expires_at=None
        if state in ("approved", "rejected") or tried.lasts is None
        else rests_on + tried.lasts,
        next_attempt_at=wait,
    )
