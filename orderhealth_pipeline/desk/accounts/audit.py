"""The audit log: every look and change at the console, each entry bound to the one before by its hash.

What belongs here: writing entries, reading them, and finding what was tampered with. What does not: which
looks are written (console/).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from orderhealth_pipeline.desk.accounts.tables import AUDIT, AUDIT_HEAD
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.said import as_text, from_text

FIRST: Final = "0" * 64
"""What the first entry has for the hash of the entry before."""

_ONE: Final = 1
_HASHED: Final = ("entry", "at", "who", "verb", "about", "value", "why", "detail", "previous_hash")


@dataclass(frozen=True)
class Deed:
    """What somebody did or looked at: `about` names the kind of thing, `value` the thing."""

    at: datetime
    who: str
    verb: str
    about: str
    value: str | None = None
    why: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class AuditEntry:
    """One entry of the log, with its number and its hash."""

    entry: int
    deed: Deed
    hash: str


@dataclass(frozen=True)
class AuditState:
    """What a check of the whole log found: how many entries it read, its newest hash, what is wrong."""

    entries: int
    head: str
    trouble: Message | None


def write_deed(con: Connection, deed: Deed) -> None:
    """Append an entry, in the transaction of what it tells about."""
    head = con.execute(select(AUDIT_HEAD.c.entry, AUDIT_HEAD.c.hash)).one_or_none()
    entry, previous = (head.entry + 1, head.hash) if head else (1, FIRST)
    row = {
        "entry": entry,
        "at": as_text(deed.at),
        "who": deed.who,
        "verb": deed.verb,
        "about": deed.about,
        "value": deed.value,
        "why": deed.why,
        "detail": deed.detail,
        "previous_hash": previous,
    }
    row["hash"] = hash_of(row)
    con.execute(insert(AUDIT).values(row))
    newest = {"entry": entry, "hash": row["hash"]}
    con.execute(update(AUDIT_HEAD).values(newest) if head else insert(AUDIT_HEAD).values(one=_ONE, **newest))


def read_deeds(con: Connection, limit: int, before: int | None = None) -> list[AuditEntry]:
    """Read the newest entries, or those before one, newest first."""
    query = select(AUDIT).order_by(AUDIT.c.entry.desc()).limit(limit)
    rows = con.execute(query if before is None else query.where(AUDIT.c.entry < before))
    return [_entry(row) for row in rows]


def has_hash(con: Connection, kept: str) -> bool:
    """Say whether an entry has a hash that somebody kept elsewhere."""
    return con.execute(select(AUDIT.c.entry).where(AUDIT.c.hash == kept)).first() is not None


def check_log(con: Connection) -> AuditState:
    """Read the whole log and say what does not fit."""
    rows = con.execute(select(AUDIT).order_by(AUDIT.c.entry)).yield_per(10_000)
    head = con.execute(select(AUDIT_HEAD.c.entry, AUDIT_HEAD.c.hash)).one_or_none()
    return check_entries(rows, (head.entry, head.hash) if head else (0, FIRST))


def check_entries(rows: Iterable[Row[Any]], head: tuple[int, str]) -> AuditState:
    """Say what does not fit in entries, read by number, of which `head` is said to be the newest."""
    entries, previous = 0, FIRST
    for row in rows:
        if row.entry != entries + 1:
            return AuditState(entries, previous, Message("entry {entry} is missing", entry=entries + 1))
        if row.previous_hash != previous:
            wrong = Message("entry {entry} does not follow the entry before it", entry=row.entry)
            return AuditState(entries, previous, wrong)
        if hash_of(row._asdict()) != row.hash:
            return AuditState(entries, previous, Message("entry {entry} was changed", entry=row.entry))
        entries, previous = entries + 1, row.hash
    if (entries, previous) != head:
        cut = Message(
            "the log ends with entry {entries}, and {newest} were written", entries=entries, newest=head[0]
        )
        return AuditState(entries, previous, cut)
    return AuditState(entries, previous, None)


def hash_of(row: dict[str, object]) -> str:
    """Return the hash over all that an entry says, and over that of the entry before."""
    text = json.dumps([row[name] for name in _HASHED], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(row: Row[Any]) -> AuditEntry:
    deed = Deed(from_text(row.at), row.who, row.verb, row.about, row.value, row.why, row.detail)
    return AuditEntry(row.entry, deed, row.hash)
