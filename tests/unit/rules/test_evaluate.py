"""Rules held against orders: what is hit, what explains it, what is unknown, and what is switched off."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl
import pytest

from orderhealth_pipeline.frames import FINDINGS_SCHEMA
from orderhealth_pipeline.orders.order_fact import build_order_fact
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import Catalogue, read_catalogue
from orderhealth_pipeline.rules.evaluate import Evaluation, evaluate_rules, hit_conditions
from orderhealth_pipeline.rules.language.condition import Comparison
from tests.feeds import SCHEMAS, Row, visible_feeds

CATALOGUE: Final = read_catalogue(expectations_folder(), frozenset(SCHEMAS))
GOOD_ADDRESS: Final = {"street": "文三路478号", "phone": "13812345678"}
FIVE: Final = [{"order_id": f"A{n}", "placed_at": f"2026-11-11 09:0{n}:00", **GOOD_ADDRESS} for n in range(5)]


def evaluated(
    feeds: Mapping[str, Sequence[Row]],
    catalogue: Catalogue = CATALOGUE,
    missing: Collection[str] = (),
    stale: Collection[str] = (),
) -> Evaluation:
    visible = visible_feeds(feeds, missing=missing, stale=stale)
    fact = build_order_fact(visible, catalogue.requests(), hit_conditions(catalogue))
    return evaluate_rules(fact, catalogue, visible)


def found(evaluation: Evaluation, rule_id: str) -> dict[str | None, str | None]:
    """The explanation by order, null where the finding is open."""
    return dict(evaluation.findings.filter(rule_id=rule_id).select("order_id", "explained_by").iter_rows())


def evidence(evaluation: Evaluation, rule_id: str) -> Any:
    return json.loads(evaluation.findings.filter(rule_id=rule_id)["evidence"][0])


def changed(rule_id: str, **changes: object) -> Catalogue:
    """The catalogue with one rule changed."""
    rules = dict(CATALOGUE.rules)
    rules[rule_id] = rules[rule_id].model_copy(update=changes)
    return replace(CATALOGUE, rules=rules)


def shipped(scanned: int, unscanned: int, hours_ago: int = 6) -> dict[str, list[dict[str, Any]]]:
    """Orders that the ERP says shipped, and carrier scans for the first of them."""
    ids = [f"O{n}" for n in range(scanned + unscanned)]
    return {
        "storefront_orders": [
            {"order_id": order_id, "buyer_id": order_id, **GOOD_ADDRESS, "street": f"文三路{n}号"}
            for n, order_id in enumerate(ids)
        ],
        "erp_orders": [
            {"order_id": order_id, "status": "shipped", "shipped_at": f"2026-11-11 {12 - hours_ago:02}:00:00"}
            for order_id in ids
        ],
        "tms_events": [{"order_id": order_id, "waybill_no": order_id} for order_id in ids[:scanned]],
    }


def test_no_orders_mean_no_findings_and_no_rule_that_was_evaluated() -> None:
    evaluation = evaluated({})

    assert evaluation.findings.schema == FINDINGS_SCHEMA
    assert {result.outcome for result in evaluation.results.values()} == {"unknown"}


def test_a_finding_tells_rule_stage_severity_and_evidence() -> None:
    evaluation = evaluated(
        {"storefront_orders": [{"order_id": "A", "street": "文三路", "phone": "13812345678"}]}
    )

    (row,) = evaluation.findings.iter_rows(named=True)
    assert {name: row[name] for name in row if name != "evidence"} == {
        "order_id": "A",
        "rule_id": "incomplete_address",
        "stage": "ordering",
        "severity": "medium",
        "state": "open",
        "explained_by": None,
    }
    assert json.loads(row["evidence"]) == {
        "value": 1,
        "comparison": "at_least",
        "threshold": "1",
        "address_complete": False,
        "phone_valid": True,
    }


def test_instants_of_the_evidence_are_utc_and_amounts_are_text() -> None:
    evaluation = evaluated(
        {
            "storefront_orders": [{"order_id": "A", **GOOD_ADDRESS}],
            "payments": [{"order_id": "A", "paid_at": "2026-11-11 18:00:00+08:00", "amount": "99.90"}],
        }
    )

    shown = evidence(evaluation, "paid_not_in_erp")
    assert (shown["paid_at"], shown["paid_amount"]) == ("2026-11-11T10:00:00Z", "99.9000")
    assert (shown["value"], shown["threshold"]) == (120.0, "15")


def test_closed_orders_are_not_hit_but_still_counted() -> None:
    orders = [{**row, "status": "cancelled" if row["order_id"] == "A4" else "paid"} for row in FIVE]

    assert sorted(found(evaluated({"storefront_orders": orders}), "buyer_burst"), key=str) == [
        "A0",
        "A1",
        "A2",
        "A3",
    ]


def test_counts_are_of_active_orders_and_of_hits_explained_or_not() -> None:
    evaluation = evaluated(
        {
            "storefront_orders": [
                {"order_id": "A", **GOOD_ADDRESS},
                {"order_id": "B", **GOOD_ADDRESS},
                {"order_id": "C", "status": "closed", **GOOD_ADDRESS},
            ],
            "wms_shipments": [
                {"order_id": "A", "printed_at": "2026-11-11 06:00:00", "status": "on_hold"},
                {"order_id": "B", "printed_at": "2026-11-11 06:00:00", "status": "printed"},
            ],
        }
    )

    result = evaluation.results["outbound_overdue"]
    assert (result.outcome, result.evaluated, result.counted) == ("hit", 2, 2)
    assert found(evaluation, "outbound_overdue") == {"A": "on_hold", "B": None}


@pytest.mark.parametrize("state", ["missing", "stale"])
def test_a_rule_without_a_feed_that_it_needs_is_unknown(state: str) -> None:
    overdue = {
        "storefront_orders": [{"order_id": "A", **GOOD_ADDRESS}],
        "wms_shipments": [{"order_id": "A", "printed_at": "2026-11-11 06:00:00", "status": "printed"}],
    }
    absent = ["wms_shipments"]
    evaluation = (
        evaluated(overdue, missing=absent) if state == "missing" else evaluated(overdue, stale=absent)
    )

    unknown = {
        rule_id: result.blindness.feeds
        for rule_id, result in evaluation.results.items()
        if result.blindness.feeds
    }
    blind = {rule.id for rule in CATALOGUE.enabled if "wms_shipments" in rule.needs}
    assert blind >= {"outbound_overdue", "tracking_stalled", "no_pickup"}
    assert unknown == {rule_id: {"wms_shipments": state} for rule_id in blind}
    assert evaluation.results["outbound_overdue"].outcome == "unknown"
    assert found(evaluation, "outbound_overdue") == {}


@pytest.mark.parametrize("stale", ["payments", "storefront_order_lines"])
def test_an_explanation_is_not_claimed_without_the_feeds_it_needs(stale: str) -> None:
    family = {
        "storefront_orders": FIVE,
        "storefront_order_lines": [{"order_id": f"A{n}", "sku": f"GOODS{n}"} for n in range(5)],
        "payments": [{"order_id": f"A{n}"} for n in range(5)],
    }
    told, untold = evaluated(family), evaluated(family, stale=[stale])

    assert set(found(told, "buyer_burst").values()) == {"genuine_basket"}
    assert evidence(told, "buyer_burst")["explanation"] == {
        "payment_timeout_reorder": 5,
        "genuine_basket": None,
    }
    assert set(found(untold, "buyer_burst").values()) == {None}
    assert "explanation" not in evidence(untold, "buyer_burst")


def test_of_two_explanations_the_first_of_the_file_is_named() -> None:
    # Without the two forgiven tries three orders are left, and those three are a genuine basket as well.
    tries = [{**row, "status": "closed"} if row["order_id"] in {"A0", "A1"} else row for row in FIVE]
    skus = {"A0": "MILK", "A1": "MILK", "A2": "MILK", "A3": "WIPES", "A4": "SPOON"}
    evaluation = evaluated(
        {
            "storefront_orders": tries,
            "storefront_order_lines": [{"order_id": order_id, "sku": sku} for order_id, sku in skus.items()],
            "payments": [{"order_id": order_id} for order_id in ("A2", "A3", "A4")],
        }
    )

    assert found(evaluation, "buyer_burst") == dict.fromkeys(("A2", "A3", "A4"), "payment_timeout_reorder")


def test_a_disabled_rule_says_nothing() -> None:
    evaluation = evaluated({"storefront_orders": FIVE}, changed("buyer_burst", enabled=False))

    assert "buyer_burst" not in evaluation.results
    assert found(evaluation, "buyer_burst") == {}


def test_a_low_price_makes_a_basket_suspicious_unless_that_rule_is_disabled() -> None:
    family: dict[str, list[Row]] = {
        "storefront_orders": [*FIVE, *({"order_id": f"B{n}", "buyer_id": f"B{n}"} for n in range(4))],
        "storefront_order_lines": [
            *({"order_id": f"A{n}", "sku": f"GOODS{n}", "unit_price": 50} for n in range(5)),
            *({"order_id": f"B{n}", "sku": "GOODS0"} for n in range(4)),
        ],
        "payments": [{"order_id": f"A{n}"} for n in range(5)],
    }

    assert set(found(evaluated(family), "low_price")) == {"A0"}
    assert set(found(evaluated(family), "buyer_burst").values()) == {None}
    without = evaluated(family, changed("low_price", enabled=False))
    assert set(found(without, "buyer_burst").values()) == {"genuine_basket"}


@pytest.mark.parametrize(
    ("scanned", "unscanned", "is_hit"),
    [(18, 2, False), (17, 3, True), (90, 10, False), (89, 11, True), (0, 20, True), (0, 19, False)],
    ids=["90 %", "85 %", "90 of 100", "89 of 100", "none of 20", "none of 19"],
)
def test_the_system_is_hit_below_its_share_and_with_enough_orders(
    scanned: int, unscanned: int, is_hit: bool
) -> None:
    evaluation = evaluated(shipped(scanned, unscanned))

    result = evaluation.results["pickup_gap"]
    assert found(evaluation, "pickup_gap") == ({None: None} if is_hit else {})
    assert result.outcome == ("hit" if is_hit else "no_hit")
    assert (result.evaluated, result.counted) == (scanned + unscanned, unscanned)


def test_orders_shipped_a_moment_too_late_do_not_concern_the_system_rule() -> None:
    feeds = shipped(0, 20)
    feeds["erp_orders"][0]["shipped_at"] = "2026-11-11 06:00:00.000001"

    assert found(evaluated(feeds), "pickup_gap") == {}


def test_the_evidence_of_the_system_rule_counts_both_sides() -> None:
    assert evidence(evaluated(shipped(17, 3)), "pickup_gap") == {
        "value": 0.85,
        "comparison": "share_below",
        "threshold": "0.90",
        "orders_concerned": 20,
        "orders_true": 17,
        "places": {
            "warehouse": [{"value": None, "orders_concerned": 20, "orders_true": 17}],
            "carrier": [{"value": None, "orders_concerned": 20, "orders_true": 17}],
        },
    }


def test_findings_are_sorted_by_order_and_rule_whatever_the_order_of_the_records() -> None:
    feeds = shipped(0, 20) | {"payments": [{"order_id": f"O{n}"} for n in range(20)]}
    backwards = {feed: list(reversed(rows)) for feed, rows in feeds.items()}

    evaluation = evaluated(feeds)

    assert evaluation.findings.equals(evaluated(backwards).findings)
    assert evaluation.findings.equals(evaluation.findings.sort("order_id", "rule_id", nulls_last=True))


def test_hit_conditions_are_asked_for_only_where_a_rule_refers_to_another() -> None:
    assert set(hit_conditions(CATALOGUE)) == {"low_price"}
    assert hit_conditions(changed("buyer_burst", enabled=False)) == {}


def test_a_comparison_can_be_turned_round() -> None:
    prices = {"A": "70", "B": "107.50", "C": "107.50", "D": "107.50", "E": "107.50"}
    feeds = {
        "storefront_orders": [{"order_id": order_id, "buyer_id": order_id} for order_id in prices],
        "storefront_order_lines": [
            {"order_id": order_id, "unit_price": price} for order_id, price in prices.items()
        ],
    }
    at_most = Comparison.model_validate({"feature": "lowest_price_ratio", "at_most": "0.70"})

    assert found(evaluated(feeds), "low_price") == {}
    assert found(evaluated(feeds, changed("low_price", hit_when=at_most)), "low_price") == {"A": None}


def test_every_finding_has_evidence_that_is_json() -> None:
    evaluation = evaluated(shipped(0, 20) | {"storefront_orders": FIVE})

    assert all(json.loads(text) for text in evaluation.findings["evidence"])
    assert evaluation.findings.select(pl.col("evidence").is_null().any()).item() is False
