"""When silences ended that end by what happens: so many orders joined, or what they speak of is over.

What belongs here: finding that instant in the history of cases. What does not: their days and hours
(respond/policy/conditions.py), and what they hold back (respond/policy/stages/silence.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.respond.policy.silences import Silence


def ended_silences(con: duckdb.DuckDBPyConnection, silences: Iterable[Silence]) -> dict[int, datetime]:
    """Return when each of them ended, by its entry; those that did not are left out."""
    ended = {}
    for silence in silences:
        until_more = silence.conditions.until_more
        if silence.entry is None or not (until_more or silence.conditions.until_resolved):
            continue
        about = {
            "about": silence.about,
            "value": silence.value,
            "rule_id": silence.rule_id,
            "said_at": silence.said_at,
        }
        ends: list[datetime] = []
        if until_more:
            rows = sql.run(con, "respond/silences/select_nth_joined", {**about, "orders": until_more})
            ends += [at for (at,) in rows]
        if silence.conditions.until_resolved:
            ends += [at for (at,) in sql.run(con, "respond/silences/select_resolved", about)]
        if ends:
            ended[silence.entry] = min(at.astimezone(UTC) for at in ends)
    return ended
