"""When Dagster's daemons gave a sign of life last, as its storage on this machine has it.

What belongs here: reading that, without Dagster, which takes seconds to import. What does not: judging it
(checks.py).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from orderhealth_pipeline.sql import statement

_RUNS = Path("history") / "runs.db"


def newest_heartbeat(home: Path | None) -> datetime | None:
    """Return the oldest of the daemons' newest signs of life, UTC: one that is dead is dead for all.

    Null where Dagster does not run on this machine, or keeps its runs elsewhere.
    """
    if home is None or not (home / _RUNS).is_file():
        return None
    try:
        with closing(sqlite3.connect(f"file:{home / _RUNS}?mode=ro", uri=True)) as con:
            rows = con.execute(statement("respond/doctor/select_heartbeats")).fetchall()
    except sqlite3.Error:
        return None
    times = [datetime.fromisoformat(at) for (at,) in rows]
    return min((at if at.tzinfo else at.replace(tzinfo=UTC) for at in times), default=None)
