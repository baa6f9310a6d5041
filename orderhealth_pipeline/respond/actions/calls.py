"""The list of calls: a line a customer, and when a role hears of it. Pure.

What belongs here: who is one customer, in which order, and whether it is time. What does not: reading and
recording (pipeline/actions/call_list.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from orderhealth_pipeline.cases.working_time import Span
from orderhealth_pipeline.report.notice import CallLine, CallList
from orderhealth_pipeline.report.words.masking import mask_row
from orderhealth_pipeline.words import Locale

MOST_LINES: Final = 30
AGAIN_AFTER: Final = timedelta(hours=1)
"""How long customers who come later wait for the next list."""

_WHOLE_PHONE: Final = r"^1[3-9]\d{9}$"
_NUMBER: Final = 11


@dataclass(frozen=True)
class ToldBefore:
    """The newest list that a role has got: when, and the actions in it."""

    at: datetime
    actions: Collection[str]


def is_calling_time(now: datetime, spans: Sequence[Span], zone: ZoneInfo) -> bool:
    """Say whether people may be called at an instant, by the spans of its day."""
    clock = now.astimezone(zone).time().replace(tzinfo=None)
    return any(begin <= clock and (end is None or clock < end) for begin, end in spans)


def is_due(now: datetime, actions: Collection[str], before: ToldBefore | None, zone: ZoneInfo) -> bool:
    """Say whether a role hears of the calls now: once a day, and of new ones within the hour."""
    if not actions:
        return False
    if before is None or before.at.astimezone(zone).date() < now.astimezone(zone).date():
        return True
    return now - before.at >= AGAIN_AFTER and not set(actions) <= set(before.actions)


def call_list(calls: pl.DataFrame, locale: Locale) -> CallList:
    """Put calls (action_id, order_id, buyer_id, receiver, phone, reason, due_at) into a line a customer.

    A customer is who has the phone number; where a platform hides it, the buyer, else whoever ordered.
    """
    digits = pl.col("phone").str.replace_all(r"[^\d*]", "").str.tail(_NUMBER)
    customers = (
        calls.with_columns(
            customer=pl.coalesce(
                pl.when(digits.str.contains(_WHOLE_PHONE)).then(digits),
                pl.col("buyer_id"),
                pl.col("order_id"),
            )
        )
        .sort("due_at", "order_id", nulls_last=True)
        .group_by("customer", maintain_order=True)
        .agg(
            pl.col("receiver").drop_nulls().first(),
            pl.col("phone").drop_nulls().first(),
            pl.col("order_id").n_unique().alias("orders"),
            pl.col("order_id").first().alias("first_order"),
            pl.col("reason").unique(maintain_order=True).alias("reasons"),
            pl.col("due_at").min(),
        )
    )
    lines = [
        CallLine(
            customer=_masked(row["receiver"], row["phone"], locale),
            orders=row["orders"],
            first_order=row["first_order"],
            reasons=tuple(row["reasons"]),
            due_at=row["due_at"],
        )
        for row in customers.head(MOST_LINES).iter_rows(named=True)
    ]
    return CallList(lines=tuple(lines), customers=customers.height, told=tuple(calls["action_id"]))


def _masked(receiver: str | None, phone: str | None, locale: Locale) -> str:
    shown = dict(mask_row({"receiver": receiver, "phone": phone}))
    return " ".join(shown.values()) or {"zh": "（没有电话）", "en": "(no phone)"}[locale]
