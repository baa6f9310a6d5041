"""The five orders to look at first, and the funnel of the systems."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.orders.order_fact import build_order_fact
from orderhealth_pipeline.score.funnel import system_funnel
from orderhealth_pipeline.score.risk import order_risk, risk_of
from orderhealth_pipeline.score.top import top_orders
from tests.feeds import visible_feeds
from tests.unit.score.scenes import WEIGHTS, findings, orders


def top(fact: pl.DataFrame, found: pl.DataFrame) -> list[str]:
    return top_orders(order_risk(fact, found, WEIGHTS))["order_id"].to_list()


def test_risk_comes_first_then_the_amount_then_the_order_id() -> None:
    fact = orders(("D", 5), ("C", 5), ("B", 9), ("A", 1))
    found = findings(("A", "half"), ("B", "tenth"), ("C", "tenth"), ("D", "tenth"))

    assert top(fact, found) == ["A", "B", "C", "D"]


def test_different_rules_of_the_same_risk_are_a_tie() -> None:
    weights = {"a": Decimal("0.1"), "b": Decimal("0.2"), "both": Decimal("0.28")}
    fact = orders(("A", 1), ("B", 2), ("C", 3))
    risk = order_risk(fact, findings(("A", "both"), ("B", "a"), ("B", "b"), ("C", "both")), weights)

    assert top_orders(risk)["order_id"].to_list() == ["C", "B", "A"]


def test_there_are_five_at_most_numbered_from_one() -> None:
    fact = orders(*((f"O{n}", n) for n in range(7)))
    risk = order_risk(fact, findings(*((f"O{n}", "half") for n in range(7))), WEIGHTS)

    assert top_orders(risk).select("rank", "order_id").rows() == [
        (1, "O6"),
        (2, "O5"),
        (3, "O4"),
        (4, "O3"),
        (5, "O2"),
    ]


def test_two_of_the_five_have_the_same_rules_while_there_are_others() -> None:
    fact = orders(*((f"O{n}", n) for n in range(9)))
    found = findings(
        *((f"O{n}", "half") for n in range(3, 9)), ("O0", "fifth"), ("O1", "tenth"), ("O2", "tenth")
    )

    assert top(fact, found) == ["O8", "O7", "O0", "O2", "O1"]


def test_more_of_one_kind_fill_the_list_when_there_are_no_others() -> None:
    fact = orders(*((f"O{n}", n) for n in range(9)))
    found = findings(*((f"O{n}", "half") for n in range(3, 9)), ("O1", "tenth"))

    assert top(fact, found) == ["O8", "O7", "O6", "O5", "O1"]


def test_of_several_currencies_the_largest_of_each_come_in_turn() -> None:
    yen = orders(("J1", 12000), ("J2", 9000), ("J3", 8000), currency="JPY")
    dollars = orders(("U1", 120), ("U2", 90), ("U3", 80), ("U4", 70), currency="USD")
    fact = pl.concat([yen, dollars])

    assert top(fact, findings(*((order_id, "half") for order_id in fact["order_id"]))) == [
        "U1",
        "J1",
        "U2",
        "J2",
        "U3",
    ]


def test_a_higher_risk_comes_first_in_whatever_currency() -> None:
    fact = pl.concat([orders(("J1", 12000), currency="JPY"), orders(("U1", 3)), orders(("U2", 2))])

    assert top(fact, findings(("J1", "tenth"), ("U1", "half"), ("U2", "half"))) == ["U1", "U2", "J1"]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.lists(st.sampled_from(sorted(WEIGHTS)), unique=True, max_size=2)),
        max_size=14,
    )
)
def test_the_five_are_chosen_one_after_the_other(drawn: list[tuple[int, list[str]]]) -> None:
    fact = orders(*((f"O{n:02}", amount) for n, (amount, _) in enumerate(drawn)))
    found = findings(*((f"O{n:02}", rule) for n, (_, rules) in enumerate(drawn) for rule in rules))
    ranked = sorted(
        (-risk_of(rules, WEIGHTS), -amount, f"O{n:02}", rules)
        for n, (amount, rules) in enumerate(drawn)
        if rules
    )
    chosen: list[Any] = []
    for most in (2, 5):
        for row in ranked:
            alike = sum(set(other[3]) == set(row[3]) for other in chosen)
            if len(chosen) < 5 and alike < most and row not in chosen:
                chosen.append(row)

    assert top(fact, found) == [row[2] for row in sorted(chosen)]


@pytest.mark.parametrize("fact", [orders(), orders(("A", 1))], ids=["no order", "nothing open"])
def test_nothing_open_is_an_empty_list(fact: pl.DataFrame) -> None:
    assert top(fact, findings()) == []


def test_the_funnel_counts_active_orders_per_milestone() -> None:
    fact = build_order_fact(
        visible_feeds(
            {
                "storefront_orders": [{"order_id": order_id} for order_id in "ABCD"]
                + [{"order_id": "GONE", "status": "cancelled"}],
                "payments": [{"order_id": order_id} for order_id in ("A", "B", "GONE")],
                "erp_orders": [{"order_id": "A"}],
                "tms_events": [{"waybill_no": order_id, "order_id": order_id} for order_id in "AB"],
            }
        )
    )

    assert system_funnel(fact).rows() == [
        ("placed", 4, None),
        ("paid", 2, 0.5),
        ("in_erp", 1, 0.5),
        ("printed", 0, 0.0),
        ("outbound", 0, None),
        ("picked_up", 2, None),
        ("delivered", 0, 0.0),
    ]
