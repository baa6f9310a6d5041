"""Sessions: browsers that are signed in. Ending one, or changing a role, counts from the next request on.

What belongs here: rows of sessions. What does not: the cookie (console/).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from orderhealth_pipeline.desk.accounts.accounts import Account, account_of
from orderhealth_pipeline.desk.accounts.random_texts import kept_hash, random_text
from orderhealth_pipeline.desk.accounts.tables import ACCOUNTS, SESSIONS
from orderhealth_pipeline.said import as_text, from_text

_SEEN_AGAIN_AFTER: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Lasting:
    """How long a session lasts at most, and how long without a request."""

    at_most: timedelta
    idle: timedelta


def begin_session(
    con: Connection, account: str, now: datetime, lasting: Lasting, *, signed_in_with: str
) -> str:
    """Begin a session and return its number for the cookie; what ended long ago is deleted."""
    con.execute(delete(SESSIONS).where(SESSIONS.c.ends_at < as_text(now)))
    number = random_text()
    con.execute(
        insert(SESSIONS).values(
            session_hash=kept_hash(number),
            account=account,
            made_at=as_text(now),
            seen_at=as_text(now),
            ends_at=as_text(now + lasting.at_most),
            signed_in_with=signed_in_with,
        )
    )
    return number


def find_session(
    con: Connection, number: str, now: datetime, lasting: Lasting
) -> tuple[Account, bool] | None:
    """Return whose session it is, as the account is now, and whether it should be marked as seen."""
    row = con.execute(
        select(ACCOUNTS, SESSIONS.c.seen_at, SESSIONS.c.ends_at)
        .join(SESSIONS, SESSIONS.c.account == ACCOUNTS.c.name)
        .where(SESSIONS.c.session_hash == kept_hash(number), ACCOUNTS.c.is_active == 1)
    ).one_or_none()
    if row is None:
        return None
    seen_at = from_text(row.seen_at)
    if from_text(row.ends_at) <= now or seen_at + lasting.idle <= now:
        return None
    return account_of(row), now - seen_at > _SEEN_AGAIN_AFTER


def mark_seen(con: Connection, number: str, now: datetime) -> None:
    """Remember when a session was used last."""
    con.execute(
        update(SESSIONS).where(SESSIONS.c.session_hash == kept_hash(number)).values(seen_at=as_text(now))
    )


def end_session(con: Connection, number: str) -> None:
    """End one session."""
    con.execute(delete(SESSIONS).where(SESSIONS.c.session_hash == kept_hash(number)))


def end_sessions_of(con: Connection, account: str) -> int:
    """End all sessions of an account, and return how many there were."""
    return con.execute(delete(SESSIONS).where(SESSIONS.c.account == account)).rowcount


def count_sessions(con: Connection) -> dict[str, int]:
    """Count sessions by account."""
    counts: dict[str, int] = {}
    for (account,) in con.execute(select(SESSIONS.c.account)):
        counts[account] = counts.get(account, 0) + 1
    return counts
