"""What orders say by themselves, counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.score.plain_figures import PlainFigures, plain_figures

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
SCHEMA = pl.Schema(
    {
        "placed_at": INSTANT,
        "paid_at": INSTANT,
        "status_storefront": pl.String(),
        "status_payment": pl.String(),
    }
)


def order(storefront: str, payment: str | None = None, paid_after: timedelta | None = None) -> dict[str, Any]:
    paid_at = None if paid_after is None else NOON + paid_after
    return {
        "placed_at": NOON,
        "paid_at": paid_at,
        "status_storefront": storefront,
        "status_payment": payment,
    }


ORDERS = pl.DataFrame(
    [
        order("created"),
        order("paid", "failed"),
        order("cancelled"),
        order("paid", "succeeded", timedelta(hours=24)),
        order("paid", "succeeded", timedelta(hours=24, seconds=1)),
        order("closed", "refunded", timedelta(minutes=1)),
        order("shipped", "succeeded"),
    ],
    schema=SCHEMA,
)


def test_orders_are_counted_by_what_their_payments_say() -> None:
    assert plain_figures(ORDERS, knows_payments=True) == PlainFigures(7, 2, 0.25, 1)


def test_without_payments_the_storefront_tells_what_is_unpaid_and_no_more() -> None:
    assert plain_figures(ORDERS, knows_payments=False) == PlainFigures(7, 1, None, None)


def test_of_no_orders_nothing_can_be_said() -> None:
    assert plain_figures(ORDERS.clear(), knows_payments=True) == PlainFigures(0, 0, None, 0)
