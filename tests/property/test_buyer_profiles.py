"""Profiles of buyers: against a version in plain Python that looks at one buyer after the other."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from math import prod
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.orders.order_fact import build_milestones
from orderhealth_pipeline.orders.profiles.bursts import buyers_in_bursts
from orderhealth_pipeline.orders.profiles.profile import (
    ORDER_COLUMNS,
    PROFILES,
    VERDICTS,
    History,
    buyer_profiles,
    shared_keys,
)
from orderhealth_pipeline.orders.profiles.signals import BuyerSignals, Figures
from tests.feeds import AS_OF, visible_feeds

MINUTE = timedelta(minutes=1)
SIGNALS: dict[str, dict[str, Any]] = {
    "cancels": {"of": "cancelled_rate", "at_least": "0.5", "orders_at_least": 2, "weight": "0.3"},
    "unpaid": {"of": "unpaid_rate", "more_than": "0.5", "weight": "0.25"},
    "returns": {"of": "return_rate", "at_least": "0.25", "weight": "0.2"},
    "addresses": {"of": "shared_addresses", "at_least": "1", "weight": "0.1"},
    "phones": {"of": "shared_phones", "at_least": "1", "weight": "0.15"},
    "bursts": {"of": "bursts", "at_least": "1", "weight": "0.35"},
    "little": {"of": "spend", "below": "50", "weight": "0.05"},
    "confirmed": {"of": "confirmed", "rules": ["buyer_burst"], "at_least": "1", "weight": "0.5"},
    "praised": {"of": "false_alarms", "at_most": "0", "orders_at_least": 4, "weight": "0.01"},
}
KNOWN = BuyerSignals.model_validate(
    {
        "figures": {"burst_orders": 3, "burst_minutes": 10, "reorder_minutes": 60, "forgiven_tries": 1},
        "signals": {name: {"title": {"zh": "x", "en": "x"}, **each} for name, each in SIGNALS.items()},
    }
)
orders = st.lists(
    st.fixed_dictionaries(
        {
            "buyer_id": st.sampled_from(["LI", "LI", "LI", "WANG", "guest", None, "0"]),
            "age": st.sampled_from([0, 1, 5, 9, 10, 11, 20, 21, 60, 61, 3000]),
            "status": st.sampled_from(["paid", "created", "cancelled", "closed", "completed"]),
            "paid": st.sampled_from([None, None, 10, 40]),
            "returned": st.booleans(),
            "street": st.sampled_from(["文三路1号", "学院路2号", "文三路***"]),
            "phone": st.sampled_from(["13812345678", "13912345678", "138****5678", ""]),
            "currency": st.sampled_from(["CNY", "CNY", "RMB", "USD", None]),
            "sku": st.sampled_from(["MILK", "MILK", "WIPES"]),
        }
    ),
    max_size=9,
)
verdicts = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from(["buyer_burst", "no_pickup"]),
        st.sampled_from(["confirmed", "false_alarm"]),
    ),
    max_size=4,
    unique_by=lambda each: each[:2],
)


def history(placed: list[dict[str, Any]], said: list[tuple[int, str, str]]) -> History:
    feeds = visible_feeds(
        {
            "storefront_orders": [
                {
                    "order_id": f"O{number}",
                    **{name: each[name] for name in ("buyer_id", "status", "street", "phone", "currency")},
                    "placed_at": AS_OF - each["age"] * MINUTE,
                }
                for number, each in enumerate(placed)
            ],
            "storefront_order_lines": [
                {"order_id": f"O{number}", "sku": each["sku"]} for number, each in enumerate(placed)
            ],
            "payments": [
                {"order_id": f"O{number}", "amount": each["paid"]}
                for number, each in enumerate(placed)
                if each["paid"]
            ],
            "returns": [{"order_id": f"O{number}"} for number, each in enumerate(placed) if each["returned"]],
        }
    )
    fact = build_milestones(feeds).select(ORDER_COLUMNS)
    return History(
        feeds=feeds,
        orders=fact,
        shared={key: shared_keys(fact, key) for key in ("address_key", "phone_key")},
        suspects=buyers_in_bursts(fact, KNOWN.figures),
        verdicts=pl.DataFrame([(f"O{n}", *rest) for n, *rest in said], schema=VERDICTS, orient="row"),
    )


def forgiven(own: list[dict[str, Any]], figures: Figures) -> set[str]:
    """Tries of the next order with the same basket that is none, the nearest ones, if it follows soon."""
    tries: dict[str, list[dict[str, Any]]] = {}
    for each in own:
        later = [
            o for o in own if o["sku"] == each["sku"] and (-o["age"], o["id"]) > (-each["age"], each["id"])
        ]
        targets = [o for o in later if not o["is_try"]]
        if each["is_try"] and targets:
            target = min(targets, key=lambda o: (-o["age"], o["id"]))
            if each["age"] - target["age"] <= figures.reorder_minutes:
                tries.setdefault(target["id"], []).append(each)
    return {
        each["id"]
        for found in tries.values()
        for each in sorted(found, key=lambda o: (-o["age"], o["id"]))[-figures.forgiven_tries :]
    }


def bursts_of(own: list[dict[str, Any]]) -> int:
    figures = KNOWN.figures
    left = [each["age"] for each in own if each["id"] not in forgiven(own, figures)]
    span = int(figures.burst_minutes)
    starts = [age for age in left if sum(1 for o in left if age - span <= o <= age) >= figures.burst_orders]
    ordered = sorted(set(starts), reverse=True)
    return sum(1 for n, age in enumerate(ordered) if n == 0 or ordered[n - 1] - age > span)


def slow(placed: list[dict[str, Any]], said: list[tuple[int, str, str]]) -> dict[str, dict[str, Any]]:
    every = [
        {
            **each,
            "id": f"O{n}",
            "dead": each["status"] in {"cancelled", "closed"},
            "is_try": each["status"] in {"cancelled", "closed"} and not each["paid"],
            "code": "CNY" if each["currency"] == "RMB" else each["currency"],
        }
        for n, each in enumerate(placed)
        if each["buyer_id"] in {"LI", "WANG"}
    ]
    found = {}
    for buyer in {each["buyer_id"] for each in every}:
        own = [each for each in every if each["buyer_id"] == buyer]
        others = [each for each in every if each["buyer_id"] != buyer]
        codes = [each["code"] for each in own]
        code = min(set(codes), key=lambda c: (-codes.count(c), c is None, c or ""))
        judged = [(rule, kind) for n, rule, kind in said if f"O{n}" in {each["id"] for each in own}]
        row: dict[str, Any] = {
            "orders": len(own),
            "spend": Decimal(sum(each["paid"] or 0 for each in own if each["code"] == code)),
            "cancelled_rate": sum(each["dead"] for each in own) / len(own),
            "unpaid_rate": sum(not each["paid"] for each in own) / len(own),
            "return_rate": sum(each["returned"] for each in own) / len(own),
            "shared_addresses": len(
                {each["street"] for each in own} & {each["street"] for each in others} - {"文三路***"}
            ),
            "shared_phones": len(
                {each["phone"] for each in own} & {each["phone"] for each in others} - {"", "138****5678"}
            ),
            "bursts": bursts_of(own),
            "confirmed": sum(kind == "confirmed" for _, kind in judged),
            "false_alarms": sum(kind == "false_alarm" for _, kind in judged),
        }
        held = {
            "cancels": row["cancelled_rate"] >= 0.5 and len(own) >= 2,
            "unpaid": row["unpaid_rate"] > 0.5,
            "returns": row["return_rate"] >= 0.25,
            "addresses": row["shared_addresses"] >= 1,
            "phones": row["shared_phones"] >= 1,
            "bursts": row["bursts"] >= 1,
            "little": row["spend"] < 50,
            "confirmed": ("buyer_burst", "confirmed") in judged,
            "praised": row["false_alarms"] == 0 and len(own) >= 4,
        }
        reasons = [name for name, holds in held.items() if holds]
        left = prod((1 - KNOWN.signals[name].weight for name in reasons), start=Decimal(1))
        row["risk"] = round(float(100 * (1 - left)), 2)
        row["level"] = "high" if row["risk"] >= 60 else "medium" if row["risk"] >= 30 else "low"
        found[buyer] = {**row, "reasons": ", ".join(reasons)}
    return found


@given(placed=orders, said=verdicts)
def test_profiles_are_those_of_the_slow_version(
    placed: list[dict[str, Any]], said: list[tuple[int, str, str]]
) -> None:
    made = buyer_profiles(history(placed, said), KNOWN)
    assert made.schema == PROFILES
    found = {row.pop("buyer_id"): row for row in made.iter_rows(named=True)}
    expected = slow(placed, said)
    for buyer, row in expected.items():
        assert abs(found[buyer].pop("risk") - row.pop("risk")) < 0.011
    assert found == expected
