"""The log of what people said: saying something, taking it back, and reading all of it.

What belongs here: entries. What does not: the database (database.py), and what an entry means (rules/,
cases/).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, func, insert, select

from orderhealth_pipeline.desk.database import engine_of, open_desk, reading, writing
from orderhealth_pipeline.desk.reading import said_of
from orderhealth_pipeline.desk.tables import SAID_TABLE, has_tables
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.said import AboutKind, Said, as_text, said_frame

_COLUMNS: Final = SAID_TABLE.c

Check = Callable[[Sequence[Said]], None]
"""Looks at what was said about the same thing before, and raises where it forbids the new word."""


Choose = Callable[[Sequence[Said]], Sequence[Said]]
"""Says what is to be written, of what was said before."""

_AT_ONCE: Final = 500


class Desk:
    """The log in one database; every call is a transaction of its own."""

    def __init__(self, desk: str) -> None:
        self._desk = desk
        self._engine = open_desk(desk)

    def say(self, *words: Said, check: Check | None = None) -> list[Said]:
        """Write entries, all or none, and return them with their numbers.

        `check` sees, per entry, what was said about the same thing before; no other writer comes in
        between. A key that is known already is not written again. Raises StoreError where the desk cannot be
        written.
        """
        with writing(self._engine, self._desk) as con:
            return [_write(con, word, check) for word in words]

    def say_of(self, about: AboutKind, values: Sequence[str], choose: Choose) -> list[Said]:
        """Write what `choose` makes of all that was said of some things before, and return it with numbers.

        Undoings are among what was said; no other writer comes in between. Hundreds of words take no longer
        than a few: they are written at once. Raises StoreError where the desk cannot be written.
        """
        with writing(self._engine, self._desk) as con:
            earlier = [
                entry
                for begin in range(0, len(values), _AT_ONCE)
                for entry in _read(
                    con,
                    (_COLUMNS.about == about) & _COLUMNS.value.in_(values[begin : begin + _AT_ONCE]),
                )
            ]
            words = choose([*earlier, *_read(con, _COLUMNS.kind == "undone")])
            if not words:
                return []
            newest = _position(con)
            con.execute(insert(SAID_TABLE), [_row(word, word.key or uuid.uuid4().hex) for word in words])
            return _read(con, _COLUMNS.entry > newest)

    def undo(self, *entries: int, who: str, why: str, at: datetime) -> list[Said]:
        """Take entries back, all or none, by an entry each.

        Raises ConfigurationError where there is nothing to take back.
        """
        with writing(self._engine, self._desk) as con:
            found: dict[int, Said] = {}
            undone: dict[str, Said] = {}
            for begin in range(0, len(entries), _AT_ONCE):
                part = entries[begin : begin + _AT_ONCE]
                found |= {each.entry: each for each in _read(con, _COLUMNS.entry.in_(part)) if each.entry}
                is_taken = (_COLUMNS.kind == "undone") & _COLUMNS.value.in_([str(entry) for entry in part])
                undone |= {each.value: each for each in _read(con, is_taken) if each.value}
            for entry in entries:
                _require_undoable(entry, found.get(entry), undone.get(str(entry)), at)
            if not entries:
                return []
            newest = con.execute(select(func.coalesce(func.max(_COLUMNS.entry), 0))).scalar_one()
            words = [
                Said("undone", who, why, at, about="entry", value=str(entry), rule_id=found[entry].rule_id)
                for entry in entries
            ]
            con.execute(insert(SAID_TABLE), [_row(word, uuid.uuid4().hex) for word in words])
            return _read(con, _COLUMNS.entry > newest)

    def entries(self) -> list[Said]:
        """Read all entries, in the order in which they were written."""
        with reading(self._engine, self._desk) as con:
            return _read(con)

    def frame(self) -> pl.DataFrame:
        """Read all entries as a frame (SAID)."""
        return said_frame(self.entries())

    def position(self) -> int:
        """Return the number of the newest entry, 0 for an empty log: it grows with every word."""
        with reading(self._engine, self._desk) as con:
            return _position(con)


def read_database_position(address: str) -> int:
    """Return the number of the newest entry of a database, 0 without the table. Raises StoreError."""
    with reading(engine_of(address), address) as con:
        return _position(con) if has_tables(con) else 0


def _require_undoable(entry: int, found: Said | None, undone: Said | None, at: datetime) -> None:
    if found is None:
        raise ConfigurationError(
            Message("there is no entry {entry} in the log of what people said", entry=entry)
        )
    if found.kind == "undone":
        raise ConfigurationError(
            Message("entry {entry} takes another one back: say that one again instead", entry=entry)
        )
    if undone is not None:
        raise ConfigurationError(
            Message(
                "entry {entry} was taken back by {who} at {at} already",
                entry=entry,
                who=undone.who,
                at=undone.at.isoformat(timespec="seconds"),
            )
        )
    if at < found.at:
        raise ConfigurationError(
            Message(
                "entry {entry} was said later, at {at}",
                entry=entry,
                at=found.at.isoformat(timespec="seconds"),
            )
        )


def read_database(address: str) -> list[Said]:
    """Read all entries of a database; one without the table has none. Raises StoreError."""
    with reading(engine_of(address), address) as con:
        return _read(con) if has_tables(con) else []


def _position(con: Connection) -> int:
    return int(con.execute(select(func.coalesce(func.max(_COLUMNS.entry), 0))).scalar_one())


def _write(con: Connection, word: Said, check: Check | None) -> Said:
    key = word.key or uuid.uuid4().hex
    known = _read(con, _COLUMNS.key == key)
    if known:
        return known[0]
    if check is not None:
        check(_read(con, (_COLUMNS.about == word.about) & (_COLUMNS.value == word.value)))
    written = con.execute(insert(SAID_TABLE).values(_row(word, key))).inserted_primary_key
    return _read(con, _COLUMNS.entry == (written[0] if written else None))[0]


def _row(word: Said, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "said_at": as_text(word.at),
        "who": word.who,
        "kind": word.kind,
        "rule_id": word.rule_id,
        "about": word.about,
        "value": word.value,
        "until": None if word.until is None else as_text(word.until),
        "why": word.why,
        "what": word.what,
    }


def _read(con: Connection, condition: Any = None) -> list[Said]:
    query = select(SAID_TABLE).order_by(_COLUMNS.entry)
    rows = con.execute(query if condition is None else query.where(condition)).mappings()
    return [said_of(dict(row)) for row in rows]
