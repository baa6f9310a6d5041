"""The edges of the score as the store keeps them: those that were told are alerts, the others stand apart.

What belongs here: reading both, and recording an edge that is not told. What does not: recording alerts
(outbox.py) and deciding (switched_rules.py).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.respond.outbox import earlier_alerts
from orderhealth_pipeline.respond.switched_rules import Edge, PastEdges

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLE = "working.untold_edges"


def past_edges(con: duckdb.DuckDBPyConnection) -> PastEdges:
    """Return all recorded edges, instants in UTC."""
    untold = sql.run(con, "respond/select_untold_edges")
    return PastEdges(
        earlier_alerts(con),
        [(_EPOCH + timedelta(microseconds=at), kind, score) for at, kind, score in untold],
    )


def record_untold(
    con: duckdb.DuckDBPyConnection, as_of: datetime, edge: Edge | None, score: Decimal | None
) -> None:
    """Keep the edge of an instant, if there is one that is not told, in the place of an earlier one of it."""
    sql.run(con, "store/runs/delete_run", {"as_of": as_of}, table=_TABLE)
    if edge is not None and not edge.is_told:
        values = {"as_of": as_of, "kind": edge.kind, "score": score}
        sql.run(con, "respond/insert_untold_edge", values)
