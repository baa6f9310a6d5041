"""The feeds that an export of orders fills: the orders, and what it tells of their lines and payments.

What belongs here: whether a row is an order or a line, and what follows. What does not: which columns fit
(propose.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from orderhealth_pipeline.ingest.mapping.proposal import Choice, FeedProposal
from orderhealth_pipeline.ingest.mapping.table import Table

_DIGITS_LOST: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d+")


def storefront_feeds(
    table: Table, orders: Mapping[str, Choice], others: Mapping[str, Mapping[str, Choice]]
) -> Iterator[FeedProposal]:
    """Return the orders, and the lines and payments where the table has what they need."""
    key = orders["order_id"].column or ""
    is_of_lines = _repeats(table, key)
    paid = others["payments"].get("paid_at")
    if paid is not None and paid.column == orders["placed_at"].column:
        paid = None
    choices = dict(orders)
    if "status" not in choices and paid is not None:
        is_paid = f'"{paid.column}" is not null'
        choices["status"] = Choice(sql=f"case when {is_paid} then 'paid' else 'created' end")
    amount = choices["amount"]
    if is_of_lines:
        choices["amount"] = Choice(amount.column, _amount_of(table, key, amount.column or ""), amount.others)
    yield FeedProposal("storefront_orders", choices, is_grouped=is_of_lines)
    lines = _lines(others["storefront_order_lines"], choices, is_of_lines=is_of_lines)
    if lines is not None:
        yield FeedProposal("storefront_order_lines", lines)
    if paid is not None:
        payments = {
            "payment_id": others["payments"].get("payment_id", Choice(key)),
            "order_id": Choice(key),
            "paid_at": Choice(paid.column),
            "amount": choices["amount"],
            "status": Choice(sql="'succeeded'"),
        }
        if "method" in others["payments"]:
            payments["method"] = others["payments"]["method"]
        if payments["payment_id"].column in {choice.column for choice in choices.values()} - {key}:
            payments["payment_id"] = Choice(key)
        yield FeedProposal(
            "payments", payments, is_grouped=is_of_lines, only_where=f'"{paid.column}" is not null'
        )


def _repeats(table: Table, column: str) -> bool:
    # What a spreadsheet has cut off is the same for many orders.
    values = [value for value in table.values(column) if not _DIGITS_LOST.fullmatch(value)]
    return column in table.fill_down or len(set(values)) < len(values)


def _amount_of(table: Table, key: str, column: str) -> str | None:
    """Say what an order's amount is where its rows are lines: what they repeat, or their sum."""
    amounts: dict[str, set[str]] = {}
    last = ""
    for row in table.rows:
        last = row[table.header.index(key)] or last
        value = row[table.header.index(column)] if table.header.index(column) < len(row) else ""
        if value:
            amounts.setdefault(last, set()).add(value)
    is_repeated = all(len(values) == 1 for values in amounts.values())
    if is_repeated or column in table.fill_down:
        return None
    return f'sum(try_cast("{column}" as decimal(18, 4)))::varchar'


def _lines(
    found: Mapping[str, Choice], orders: Mapping[str, Choice], *, is_of_lines: bool
) -> dict[str, Choice] | None:
    if not {"sku", "quantity"} <= found.keys():
        return None
    key = orders["order_id"]
    lines = {"order_id": Choice(key.column), "sku": found["sku"], "quantity": found["quantity"]}
    place = f'row_number() over (partition by source_file, "{key.column}" order by source_line)'
    own = found.get("line_no")
    lines["line_no"] = own if own is not None and own.column != key.column else Choice(sql=place)
    if "unit_price" in found and found["unit_price"].column != orders["amount"].column:
        lines["unit_price"] = found["unit_price"]
    elif not is_of_lines:
        amount = orders["amount"].column
        lines["unit_price"] = Choice(sql=f'per_unit("{amount}", "{found["quantity"].column}")')
    else:
        return None
    return lines
