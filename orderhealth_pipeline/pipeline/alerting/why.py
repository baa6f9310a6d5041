"""Why people heard of an order, or did not: its findings, their cases, what was decided, what was delivered.

What belongs here: reading that chain. What does not: showing it (report/render/terminal_why.py).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message

_DECISION = (
    "as_of",
    "subject",
    "channel",
    "decision",
    "reason",
    "alert_id",
    "state",
    "sent_at",
    "last_error",
)
_NAMED = ("alert_id", "kind", "as_of", "channel", "state", "sent_at", "last_error")
_FINDING = (
    "rule_id",
    "state",
    "explained_by",
    "first_seen_at",
    "resolved_at",
    "case_id",
    "owner",
    "case_state",
)


def why_of(con: duckdb.DuckDBPyConnection, order_id: str) -> dict[str, Any]:
    """Return the chain of an order, as JSON takes it but for instants.

    Raises ConfigurationError where the store knows no such order.
    """
    order = {"order_id": order_id}
    ((known,),) = sql.run(con, "respond/why/select_order", order)
    if not known:
        raise ConfigurationError(Message("there is no order '{order}' in the store", order=order_id))
    return chain_of(con, order_id)


def chain_of(con: duckdb.DuckDBPyConnection, order_id: str) -> dict[str, Any]:
    """Return the chain of an order that is known."""
    order = {"order_id": order_id}
    findings = [
        dict(zip(_FINDING, row, strict=True)) for row in sql.run(con, "respond/why/select_findings", order)
    ]
    cases = [finding["case_id"] for finding in findings if finding["case_id"] is not None]
    decisions: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for case_id, *row in sql.run(con, "respond/why/select_decisions", {"cases": cases}):
        decisions[case_id].append(dict(zip(_DECISION, row, strict=True)))
    return {
        "order_id": order_id,
        "findings": [{**finding, "decisions": decisions.get(finding["case_id"], [])} for finding in findings],
        "named_in": [
            dict(zip(_NAMED, row, strict=True)) for row in sql.run(con, "respond/why/select_named_in", order)
        ],
    }
