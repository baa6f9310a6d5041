"""Reading all that was said, for runs: a file without SQLAlchemy, which takes half a second to import.

What belongs here: reading the whole log. What does not: saying anything (log.py), and the databases
(database.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.said import Said, from_text, said_frame
from orderhealth_pipeline.sql import statement

SECONDS_TO_WAIT = 20


def is_address(desk: str) -> bool:
    """Say whether the setting `desk` is the address of a database, and not a file."""
    return "://" in desk


def read_entries(desk: str) -> list[Said]:
    """Read all entries of a desk. One whose file or table is not there yet has none, and is not made.

    Raises StoreError where the desk cannot be reached: then nobody knows what was said.
    """
    if is_address(desk):
        from orderhealth_pipeline.desk.log import read_database

        return read_database(desk)
    return _read_file(Path(desk)) if Path(desk).exists() else []


def read_said_at(desk: str) -> pl.DataFrame:
    """Read all entries of a desk as a frame (SAID)."""
    return said_frame(read_entries(desk))


def read_position(desk: str) -> int:
    """Return the number of the newest entry, 0 where nothing was said yet. Raises StoreError."""
    if is_address(desk):
        from orderhealth_pipeline.desk.log import read_database_position

        return read_database_position(desk)
    if not Path(desk).exists():
        return 0
    with _opened(Path(desk)) as con:
        is_there = con.execute(statement("desk/find_said")).fetchone()
        newest = con.execute(statement("desk/select_position")).fetchone() if is_there else None
    return newest[0] if newest else 0


def said_of(row: Mapping[str, Any]) -> Said:
    """Make an entry of its row."""
    return Said(
        kind=row["kind"],
        who=row["who"],
        why=row["why"],
        at=from_text(row["said_at"]),
        about=row["about"],
        value=row["value"],
        rule_id=row["rule_id"],
        until=None if row["until"] is None else from_text(row["until"]),
        what=row["what"],
        key=row["key"],
        entry=row["entry"],
    )


def _read_file(file: Path) -> list[Said]:
    with _opened(file) as con:
        is_there = con.execute(statement("desk/find_said")).fetchone()
        rows = con.execute(statement("desk/select_said")).fetchall() if is_there else []
    return [said_of(dict(row)) for row in rows]


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(file, timeout=SECONDS_TO_WAIT)) as con:
            con.row_factory = sqlite3.Row
            yield con
    except sqlite3.Error as error:
        raise StoreError(
            Message("{file}: what people said cannot be read or written ({reason}).", file=file, reason=error)
        ) from None
