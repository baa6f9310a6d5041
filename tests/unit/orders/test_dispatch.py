"""The dispatch queue: points, reasons and order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from orderhealth_pipeline.frames import INSTANT, MONEY
from orderhealth_pipeline.orders.wishes.dispatch import QUEUE, dispatch_queue
from orderhealth_pipeline.orders.wishes.intents import read_intents
from orderhealth_pipeline.resources import expectations_folder

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
KNOWN = read_intents(expectations_folder())
ORDERS = pl.Schema(
    {
        "order_id": pl.String(),
        "remark": pl.String(),
        "promised_ship_at": INSTANT,
        "vip_level": pl.String(),
        "amount": MONEY,
        "paid_at": INSTANT,
    }
)
TICKETS = pl.Schema({"order_id": pl.String(), "kind": pl.String(), "text": pl.String()})


def queue(*orders: dict[str, Any], tickets: tuple[dict[str, Any], ...] = ()) -> list[tuple[Any, ...]]:
    usual = {
        "remark": None,
        "promised_ship_at": None,
        "vip_level": None,
        "amount": Decimal(0),
        "paid_at": NOW,
    }
    made = dispatch_queue(
        pl.DataFrame([{**usual, **each} for each in orders], schema=ORDERS),
        pl.DataFrame(list(tickets), schema=TICKETS),
        KNOWN,
        NOW,
    )
    assert made.schema == QUEUE
    return made.select("order_id", "priority", "intents", "reasons").rows()


def test_the_most_urgent_comes_first_with_all_its_reasons() -> None:
    found = queue(
        {"order_id": "calm"},
        {
            "order_id": "all",
            "remark": "急用！周五前到",
            "promised_ship_at": NOW,
            "vip_level": "gold",
            "amount": Decimal(2000),
        },
        {"order_id": "half", "paid_at": NOW - timedelta(hours=24)},
        {"order_id": "soon", "promised_ship_at": NOW + timedelta(hours=8)},
    )
    assert found == [
        ("all", 100, "urgent, deliver_by", "deadline_passed, urgent, deliver_by, vip, large_amount"),
        ("soon", 42, "", "deadline_soon"),
        ("half", 25, "", ""),
        ("calm", 0, "", ""),
    ]


def test_tickets_ask_too_by_kind_and_text_and_an_intent_counts_once() -> None:
    tickets = (
        {"order_id": "A", "kind": "urge", "text": "请取消订单"},
        {"order_id": "A", "kind": "urge", "text": None},
        {"order_id": "B", "kind": "address_change", "text": None},
    )
    assert queue({"order_id": "A", "remark": "急用"}, {"order_id": "B"}, tickets=tickets) == [
        ("A", 20, "urgent, cancel", "urgent, ask_first"),
        ("B", 0, "change_address", "ask_first"),
    ]


def test_an_order_of_which_nothing_is_known_waits_last() -> None:
    nothing = {"paid_at": None, "amount": None, "vip_level": "0"}
    assert queue({"order_id": "A", **nothing}) == [("A", 0, "", "")]
    assert queue() == []
