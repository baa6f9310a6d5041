"""What is said of an order's payments holds for any payments: compared with plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.feeds import AS_OF, Row, feature, visible_feeds

MICROSECOND = timedelta(microseconds=1)
INSTANTS = st.sampled_from((None, None, AS_OF - timedelta(days=1), AS_OF, AS_OF + MICROSECOND))
CENT = Decimal("0.01")
METHODS = (" COD", "cod", "ＣＯＤ", "货到付款", "wechat", None)

payments = st.fixed_dictionaries(
    {
        "payment_id": st.sampled_from(("P1", "P2", "P3", "R1")),
        "order_id": st.sampled_from(("A", "A", "B")),
        "amount": st.sampled_from((100, 100, 50, 20, 80, -100, -50, 0, CENT, Decimal("99999999999999.9999"))),
        "status": st.sampled_from(
            ("succeeded", "succeeded", "partially_refunded", "refunded", "pending", "failed", "odd word")
        ),
        "paid_at": INSTANTS,
        "updated_at": INSTANTS.filter(lambda instant: instant is None or instant <= AS_OF),
        "refund_of": st.sampled_from((None, None, None, "P1", "P2")),
        "method": st.sampled_from(METHODS),
    }
)
rows = st.lists(payments, max_size=6, unique_by=lambda row: (row["payment_id"], row["order_id"]))
amounts = st.sampled_from((100, Decimal("99.99"), 150, Decimal("0.0001")))


def is_refund(row: Row) -> bool:
    return row["amount"] < 0 or row["refund_of"] is not None


def has_succeeded(row: Row) -> bool:
    happened_at = row["paid_at"] or row["updated_at"]
    is_past = happened_at is None or happened_at <= AS_OF
    return is_past and row["status"] in {"succeeded", "partially_refunded", "refunded"}


def settling(order_id: str, told: Sequence[Row]) -> list[Decimal]:
    """The amounts of the payments that succeeded and were not taken back as a whole."""
    own = [row for row in told if row["order_id"] == order_id]
    amounts = []
    for row in own:
        taken_back = [
            abs(Decimal(each["amount"]))
            for each in own
            if is_refund(each) and has_succeeded(each) and each["refund_of"] == row["payment_id"]
        ]
        is_whole = not taken_back or sum(taken_back) < row["amount"]
        if not is_refund(row) and has_succeeded(row) and row["status"] != "refunded" and is_whole:
            amounts.append(Decimal(row["amount"]))
    return amounts


@given(rows, amounts)
def test_what_came_in_is_held_against_what_the_order_costs(told: list[dict[str, Any]], amount: Any) -> None:
    feeds = visible_feeds(
        {"storefront_orders": [{"order_id": "A", "amount": amount}, {"order_id": "B"}], "payments": told}
    )
    received = settling("A", told)
    difference = abs(sum(received) - amount) if received else None
    is_pending = any(
        row["order_id"] == "A" and row["status"] == "pending" and not is_refund(row) for row in told
    )
    awaited = difference is not None and sum(received) < amount and is_pending
    surplus = {each: count * each - amount for each, count in Counter(received).items() if count > 1}
    largest = max((each for each in surplus.values() if each > 0), default=None)

    assert feature(feeds, "payment_difference")["A"] == difference
    without_balance = feature(feeds, "payment_difference_without_pending_balance")["A"]
    assert without_balance == (0 if awaited else difference)
    assert feature(feeds, "repeated_payment_surplus")["A"] == largest


@given(rows)
def test_methods_are_compared_as_texts_are(told: list[dict[str, Any]]) -> None:
    feeds = visible_feeds({"storefront_orders": [{"order_id": "A"}, {"order_id": "B"}], "payments": told})
    expected = {
        order_id: sum(
            row["order_id"] == order_id and row["method"] in {" COD", "cod", "ＣＯＤ"} and not is_refund(row)
            for row in told
        )
        or None
        for order_id in ("A", "B")
    }
    assert feature(feeds, "payments_by_methods", methods=("Cod ", "Nachnahme")) == expected
