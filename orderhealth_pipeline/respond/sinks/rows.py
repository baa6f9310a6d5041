"""An action as rows of a table that people and robots work through.

What belongs here: which cells a row has, and what keeps a cell from being taken for a formula. What does not:
files (file_sink.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC
from typing import Any, Final

from orderhealth_pipeline.respond.sinks.sink import Parcel

KEY: Final = "idempotency_key"
COLUMNS: Final = (
    KEY,
    "action_id",
    "type",
    "order_id",
    "rule_id",
    "case_id",
    "reason",
    "proposed_at",
    "expires_at",
    "shop",
    "buyer_id",
    "placed_at",
    "status",
    "amount",
    "currency",
    "promised_ship_at",
    "receiver",
    "phone",
    "province",
    "city",
    "district",
    "street",
    "remark",
    "paid_at",
    "paid_amount",
    "payment_method",
    "line_no",
    "sku",
    "quantity",
    "unit_price",
    "shipment_id",
    "warehouse",
    "carrier",
    "waybill_no",
)
"""Machine names, as in the feeds: whoever reads the file may look them up there."""

_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""How a text begins that a spreadsheet program may compute; an apostrophe before it makes it a text."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]")
_LONGEST_CELL: Final = 32_767
_CALL: Final = "call_customer"
_JOINED: Final = {
    KEY: " ",
    "action_id": " ",
    "order_id": ", ",
    "rule_id": ", ",
    "case_id": ", ",
    "reason": ", ",
}
_PAID: Final = frozenset({"succeeded", "partially_refunded"})


def rows_of(parcel: Parcel) -> list[dict[str, str]]:
    """Return a row for each line of the order, else for each of its parcels, else one; all cells harmless."""
    told = json.loads(parcel.payload)
    paid = [each for each in told.get("payments") or () if each["status"] in _PAID]
    common: dict[str, Any] = {
        **(told.get("order") or {}),
        **(told.get("receiver") or {}),
        KEY: parcel.idempotency_key,
        "action_id": parcel.action_id,
        "type": parcel.type,
        "order_id": parcel.order_id,
        "rule_id": parcel.rule_id,
        "case_id": parcel.case_id,
        "reason": told.get("reason"),
        "proposed_at": parcel.proposed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "expires_at": told.get("expires_at"),
        "paid_at": paid[0]["paid_at"] if paid else None,
        "paid_amount": paid[0]["amount"] if len(paid) == 1 else None,
        "payment_method": paid[0]["method"] if paid else None,
    }
    details: list[dict[str, Any]] = told.get("lines") or [
        {name: value for name, value in parcel_told.items() if name != "status"}
        for parcel_told in told.get("parcels") or [{}]
    ]
    return [_row({**common, **each}) for each in details]


def a_line_a_customer(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Put calls to one number into one row, with the keys of all, so that nobody is called twice."""
    together: dict[object, dict[str, str]] = {}
    for place, row in enumerate(rows):
        number = row["phone"] if row["type"] == _CALL and row["phone"] and "*" not in row["phone"] else None
        known = together.get(number) if number else None
        if known is None:
            together[number or place] = dict(row)
            continue
        for name, between in _JOINED.items():
            if row[name] and row[name] not in known[name].split(between):
                known[name] = f"{known[name]}{between}{row[name]}"[:_LONGEST_CELL]
    return list(together.values())


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet program may take for a formula."""
    clean = _CONTROL.sub("", text)
    return (f"'{clean}" if _FORMULA.match(clean) else clean)[:_LONGEST_CELL]


def _row(values: dict[str, Any]) -> dict[str, str]:
    return {name: "" if values.get(name) is None else harmless(str(values[name])) for name in COLUMNS}
