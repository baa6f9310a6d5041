"""Cases as records that programs read, people masked.

What belongs here: JSON values. What does not: which cases, and printing.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import polars as pl

from orderhealth_pipeline.cases.case_frames import CaseBook
from orderhealth_pipeline.report.words.masking import mask_text

_HIDDEN: Final = ("rule_owner", "rule_due_at", "is_dismissed")
_BY_PEOPLE: Final = frozenset({"assignee", "who", "before", "after", "why"})


def records_of(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return rows of a table of cases as JSON values: instants in ISO 8601, amounts as text."""
    return [
        {name: _value(name, value) for name, value in row.items() if name not in _HIDDEN}
        for row in rows.iter_rows(named=True)
    ]


def case_record(book: CaseBook) -> dict[str, Any]:
    """Return one case with its `case_orders` and `case_history`."""
    (record,) = records_of(book.cases)
    orders = book.orders.select("order_id", "joined_at", "left_at").sort("joined_at", "order_id")
    history = book.history.drop("case_id").sort("at", maintain_order=True)
    return record | {"case_orders": records_of(orders), "case_history": records_of(history)}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value) if name == "points" else str(value)
    return mask_text(value) if name in _BY_PEOPLE and isinstance(value, str) else value
