"""Calls that only look: the score, one order, and the tables of the published snapshot, people masked.

What belongs here: reading. What does not: words (cases.py, actions.py, words.py).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal, get_args

import polars as pl
from pydantic import BaseModel

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.api.call import ApiError, Asked, Given, PageQuery, Why, cursor_of, offset_of
from orderhealth_pipeline.console.work.unmasking import Unmasked, unmask
from orderhealth_pipeline.report.words.masking import mask_text

Table = Literal[
    "findings",
    "rule_results",
    "health_score",
    "score_attribution",
    "system_funnel",
    "alerts",
    "deliveries",
    "alert_decisions",
    "source_freshness",
    "rejected_rows",
    "unknown_words",
    "unread_files",
    "process_steps",
    "process_paths",
    "dispatch_queue",
    "customer_care",
    "buyer_profile",
    "rule_precision",
    "response_times",
    "reconciliation_breaks",
    "order_fact",
]

TABLES: Final[tuple[Table, ...]] = get_args(Table)


class Score(BaseModel):
    """How things stand, at `as_of`."""

    as_of: datetime
    score: float | None
    confidence: float
    active_orders: int
    level: str
    open_findings: int
    unknown_rules: int
    rules: dict[str, dict[str, int | str | float | None]]


class Rows(BaseModel):
    """A part of a table; `next` is the cursor of the next part."""

    rows: list[dict[str, Any]]
    next: str | None


class Order(BaseModel):
    """One order: its row of `order_fact`, its findings, its cases."""

    order: dict[str, Any]
    findings: list[dict[str, Any]]
    cases: list[dict[str, Any]]


class UnmaskBody(Given):
    """Why somebody has to see a person: it goes into the audit log."""

    why: Why


def show_score(asked: Asked) -> Score:
    """Show the newest evaluation."""
    report = asked.site.report("en")
    health = report.health
    return Score(
        as_of=report.as_of,
        score=None if health.score is None else float(health.score),
        confidence=float(health.confidence),
        active_orders=health.active_orders,
        level=health.level,
        open_findings=sum(rule.open for rule in report.rules),
        unknown_rules=health.unknown_rules,
        rules={rule.rule_id: {"outcome": rule.outcome, "open": rule.open} for rule in report.rules},
    )


def list_rows(asked: Asked) -> Rows:
    """List a table of the published snapshot. Raises ApiError where there is none of that name."""
    table, query = asked.path["table"], asked.query
    if table not in TABLES:
        raise ApiError(404, f"there is no such table; there are: {', '.join(TABLES)}")
    begin = offset_of(query.cursor)
    with asked.site.snapshot.reading() as con:
        frame = sql.read(
            con, "console/api/select_rows", {"limit": query.limit + 1, "offset": begin}, table=table
        )
    cursor = cursor_of(begin + query.limit) if frame.height > query.limit else None
    return Rows(rows=_records(frame.head(query.limit)), next=cursor)


def show_order(asked: Asked) -> Order:
    """Show one order. Raises ApiError where there is none."""
    wanted = {"order_id": asked.path["order_id"]}
    with asked.site.snapshot.reading() as con:
        facts, findings, stays = (
            sql.read(con, "console/api/select_order_rows", wanted, table=table)
            for table in ("order_fact", "findings", "case_orders")
        )
    if facts.is_empty():
        raise ApiError(404, "there is no such order")
    asked.site.gate.looked(asked.person, "order", wanted["order_id"])
    return Order(order=_records(facts)[0], findings=_records(findings), cases=_records(stays))


def unmask_order(asked: Asked) -> Unmasked:
    """Show the person of an order unmasked; why somebody has to see it stands in the audit log."""
    found = unmask(asked.site, asked.person, asked.path["order_id"], asked.body.why)
    if found is None:
        raise ApiError(404, "there is no such order")
    return found


class TableQuery(PageQuery):
    """Which part of a table."""


def _records(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [{name: _value(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list):
        return [_value(each) for each in value]
    if isinstance(value, dict):
        return {name: _value(each) for name, each in value.items()}
    return value
