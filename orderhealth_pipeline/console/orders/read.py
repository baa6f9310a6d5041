"""Reads all that the snapshot has of one order.

What belongs here: rows, and the answer that there is no such order. What does not: what they mean (life.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.alerting.why import chain_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """One version of a record: `true_since` is null where nobody tells; `content` is masked."""

    feed: str
    record: str
    true_since: datetime | None
    loaded_at: datetime
    content: dict[str, str]


@dataclass(frozen=True)
class OrderRows:
    """Everything published of an order; `fact` is its row of order_fact where no records are published."""

    order_id: str
    records: tuple[Record, ...]
    fact: Row | None
    findings: tuple[Row, ...]
    actions: tuple[Row, ...]
    words: tuple[Row, ...]
    cases: tuple[Row, ...]
    why: Row


def read_order(con: duckdb.DuckDBPyConnection, order_id: str, as_of: datetime) -> OrderRows | None:
    """Read an order as it was at `as_of`; None where nobody knows it."""
    order = {"order_id": order_id}
    records = tuple(
        Record(
            feed,
            record,
            since,
            loaded_at,
            {key: value for key, value in json.loads(content).items() if value},
        )
        for feed, record, since, loaded_at, content in _records(con, order_id, as_of)
    )
    is_known = any(record.feed == "storefront_orders" for record in records)
    # Looking through all orders takes a tenth of a second where there are ten million.
    facts = () if is_known else _rows(con, "console/orders/select_order", order)
    if not records and not facts:
        return None
    return OrderRows(
        order_id=order_id,
        records=records,
        fact=facts[0] if facts else None,
        findings=_rows(con, "console/select_findings", order),
        actions=_rows(con, "console/select_actions", order),
        words=_rows(con, "console/select_words", order),
        cases=_rows(con, "console/orders/select_order_cases", order),
        why=chain_of(con, order_id),
    )


def _records(con: duckdb.DuckDBPyConnection, order_id: str, as_of: datetime) -> list[Any]:
    try:
        return sql.run(con, "console/orders/select_records", {"order_id": order_id, "as_of": as_of})
    except duckdb.CatalogException:
        # A snapshot that an earlier version published has none; the next run publishes another.
        return []


def _rows(con: duckdb.DuckDBPyConnection, name: str, values: Row) -> tuple[Row, ...]:
    frame = sql.read(con, name, values)
    return tuple(frame.to_dicts())
