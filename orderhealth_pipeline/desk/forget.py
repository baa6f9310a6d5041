"""Takes a person out of the log of what people said. Nothing else ever changes an entry.

What belongs here: the one exception to a log that is append-only. What does not: who the person is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import func, or_, update

from orderhealth_pipeline.desk.database import engine_of, writing
from orderhealth_pipeline.desk.reading import is_address
from orderhealth_pipeline.desk.tables import SAID_TABLE, create_tables, has_tables

_TEXTS: Final = (SAID_TABLE.c.value, SAID_TABLE.c.why, SAID_TABLE.c.what)
_GUARD_OFF: Final = {
    "sqlite": "drop trigger if exists said_is_never_changed",
    "postgresql": "alter table said disable trigger said_is_never_changed",
}
_GUARD_ON: Final = {"postgresql": "alter table said enable trigger said_is_never_changed"}


def forget_at_desk(desk: str, signs: Mapping[str, str]) -> int:
    """Replace texts by signs in all entries, and return how many entries changed. Raises StoreError."""
    if not is_address(desk) and not Path(desk).exists():
        return 0
    engine = engine_of(desk)
    with writing(engine, desk) as con:
        if not has_tables(con):
            return 0
        con.exec_driver_sql(_GUARD_OFF[con.dialect.name])
        changed = 0
        for text, sign in signs.items():
            values = {column: func.replace(column, text, sign) for column in _TEXTS}
            meant = or_(*(column.contains(text, autoescape=True) for column in _TEXTS))
            changed += con.execute(update(SAID_TABLE).where(meant).values(values)).rowcount
        if con.dialect.name in _GUARD_ON:
            con.exec_driver_sql(_GUARD_ON[con.dialect.name])
        create_tables(con)
    if not is_address(desk):
        # What was replaced lies in free pages, and in the log beside the file, until these are written anew.
        with engine.connect() as con:
            con.exec_driver_sql("pragma wal_checkpoint(truncate)")
            con.exec_driver_sql("vacuum")
            con.exec_driver_sql("pragma wal_checkpoint(truncate)")
    return changed
