"""What the tables of the present stand for, and whether a run may build on them.

What belongs here: the mark that every evaluation leaves. What does not: finding what changed since
(changes.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

import duckdb

from orderhealth_pipeline import sql

_REMEMBERED: Final = 8
"""Evaluations whose names are kept: more than lie between two copies that are published."""


@dataclass(frozen=True)
class EvaluationMark:
    """The newest evaluation: its instant, UTC; the newest load it knew of; what else it depended on.

    `fingerprint` is that of the rules, contracts and feeds, without their records. Evaluations are numbered
    from 1; since number `complete_since` no order has gone without a trace. `lineage` are the random names of
    this evaluation and those before it, newest first.
    """

    as_of: datetime
    load_number: int
    fingerprint: str
    number: int
    complete_since: int
    lineage: list[str]


def read_mark(con: duckdb.DuckDBPyConnection) -> EvaluationMark | None:
    """Read the mark of the newest evaluation; a new store has none."""
    rows = sql.run(con, "store/runs/select_evaluation")
    return EvaluationMark(*rows[0]) if rows else None


def write_mark(
    con: duckdb.DuckDBPyConnection,
    as_of: datetime,
    fingerprint: str,
    number: int,
    complete_since: int,
) -> None:
    """Leave the mark of an evaluation that knew every load there is."""
    earlier = read_mark(con)
    lineage = [uuid4().hex, *(earlier.lineage if earlier else ())]
    sql.run(con, "store/file/delete_all", table="working.evaluation")
    ((load_number,),) = sql.run(con, "store/loads/select_newest_load")
    sql.run(
        con,
        "store/runs/insert_evaluation",
        {
            "as_of": as_of,
            "load_number": load_number,
            "fingerprint": fingerprint,
            "number": number,
            "complete_since": complete_since,
            "lineage": lineage[:_REMEMBERED],
        },
    )
