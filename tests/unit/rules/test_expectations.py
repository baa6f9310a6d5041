"""Audits the expectation files that ship with the package; a new rule is held to all of this.

The figures of the promised rules stand in PROMISED. A new rule that nobody promised needs no line there.
"""

from __future__ import annotations

import re
import string
from decimal import Decimal
from pathlib import Path

import pytest

from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.in_force.profiles import Profile, apply_profile, read_profiles
from orderhealth_pipeline.rules.in_force.tiers import Tier, apply_tier, read_tiers
from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.language.conditions import SystemCount, SystemShare
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.language.sentence import formula
from orderhealth_pipeline.words import STAGES, Text

FOLDER = expectations_folder()
FILES = {file.stem: file for stage in STAGES for file in (FOLDER / stage).glob("*.yml")}
CATALOGUE = read_catalogue(FOLDER, frozenset(feed_contracts()))
RULES = CATALOGUE.rules

UNFORGIVEN = "buyer_orders_in_span_without_forgiven_tries"
PROMISED = {
    "buyer_burst": ("at_least", "5", "0.35", ["storefront_orders"]),
    "shared_address": ("at_least", "3", "0.30", ["storefront_orders"]),
    "low_price": ("below", "0.70", "0.40", ["storefront_orders", "storefront_order_lines"]),
    "duplicate_order": ("at_least", "1", "0.25", ["storefront_orders", "storefront_order_lines"]),
    "incomplete_address": ("at_least", "1", "0.30", ["storefront_orders"]),
    "paid_not_in_erp": ("more_than", "15", "0.60", ["storefront_orders", "payments", "erp_orders"]),
    "outbound_overdue": ("more_than", "240", "0.45", ["wms_shipments"]),
    "tracking_stalled": ("more_than", "24", "0.45", ["wms_shipments", "tms_events"]),
    "no_pickup": ("more_than", "24", "0.45", ["wms_shipments", "tms_events"]),
    "false_delivery": ("at_least", "1", "0.70", ["tms_events", "feedback"]),
    "frequent_returns": ("at_least", "3", "0.20", ["returns"]),
    "pickup_gap": ("share_below", "0.90", "0.10", ["erp_orders", "tms_events"]),
    "scripted_low_price": (
        "all",
        f"lowest_price_ratio < 0.70 and ({UNFORGIVEN} ≥ 5 or address_buyers ≥ 3)",
        "0.60",
        ["storefront_orders", "storefront_order_lines"],
    ),
    "amount_mismatch": ("more_than", "0.01", "0.35", ["storefront_orders", "payments"]),
    "duplicate_payment": ("more_than", "0.01", "0.40", ["storefront_orders", "payments"]),
    "shipped_unpaid": (
        "all",
        "first_outbound_at is known and not was_ever_paid",
        "0.50",
        ["storefront_orders", "payments", "wms_shipments"],
    ),
    "stock_hoarding": (
        "at_least",
        "0.20",
        "0.30",
        ["storefront_orders", "storefront_order_lines", "payments", "wms_stock"],
    ),
    "oversold": (
        "more_than",
        "0",
        "0.35",
        [
            "storefront_orders",
            "storefront_order_lines",
            "wms_stock",
            "wms_shipments",
            "wms_shipment_lines",
        ],
    ),
    "first_order_large": (
        "all",
        "nth_order_of(buyer_id) ≤ 1 and amount ≥ 2000",
        "0.15",
        ["storefront_orders"],
    ),
    "risky_buyer": ("at_least", "60", "0.25", ["storefront_orders"]),
    "carrier_exception": ("at_least", "1", "0.45", ["wms_shipments", "tms_events"]),
    "shipped_after_cancel": (
        "is",
        "left_after_cancel",
        "0.60",
        ["storefront_orders", "wms_shipments", "tms_events"],
    ),
    "erp_not_in_wms": ("more_than", "120", "0.50", ["payments", "erp_orders", "wms_shipments"]),
    "ship_by_at_risk": (
        "all",
        "share_of_time_to_ship ≥ 0.80 and share_of_time_to_ship ≤ 1",
        "0.30",
        ["storefront_orders", "payments", "tms_events"],
    ),
    "refund_in_flight": ("is", "refund_wanted_before_leaving", "0.50", ["wms_shipments", "returns"]),
    "wrong_or_short_shipment": (
        "at_least",
        "1",
        "0.50",
        ["storefront_order_lines", "wms_shipments", "wms_shipment_lines"],
    ),
    "ship_by_breached": ("more_than", "1", "0.55", ["storefront_orders", "payments", "tms_events"]),
    "shipped_on_paper": (
        "all",
        "status_storefront is_one_of [shipped] and waiting(storefront_updated_at, first_outbound_at) > 120",
        "0.50",
        ["storefront_orders", "wms_shipments"],
    ),
    "orphan_records": ("count", "1", "0.05", ["storefront_orders"]),
    "unmapped_status": ("count", "1", "0.03", ["storefront_orders"]),
    "rate_shift": ("count", "1", "0.05", ["storefront_orders"]),
}
"""What the published list of rules says: comparison, threshold, weight and feeds; of several comparisons, how
they are joined and their formula."""

OFF: set[str] = {"first_order_large"}
"""The rules that are off unless a tier or a person switches them on."""

PROMISED_PARAMETERS = {
    "buyer_burst": {
        "span_minutes": 10,
        "reorder_within_minutes": 60,
        "forgiven_tries": 2,
        "cheap_rule": "low_price",
    },
    "shared_address": {"window_days": 30},
    "low_price": {"window_days": 30, "lines_at_least": 5},
    "duplicate_order": {"apart_minutes": 30},
    "frequent_returns": {"window_days": 30},
    "pickup_gap": {"shipped_hours": 6},
    "stock_hoarding": {"window_hours": 24, "pieces_at_least": 5},
    "shipped_unpaid": {"methods": ("cod", "cash_on_delivery", "货到付款")},
    "ship_by_at_risk": {"promise_hours": 48},
    "ship_by_breached": {"promise_hours": 48},
    "scripted_low_price": {
        "window_days": 30,
        "lines_at_least": 5,
        "span_minutes": 10,
        "reorder_within_minutes": 60,
        "forgiven_tries": 2,
    },
    "orphan_records": {"older_than_minutes": 15},
    "rate_shift": {
        "window_days": 28,
        "evaluations_at_least": 14,
        "deviations": 6,
        "margin": Decimal("0.001"),
    },
}

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
every_promised_rule = pytest.mark.parametrize("rule_id", PROMISED)


def texts(rule: Rule) -> dict[str, Text]:
    own = {
        name: getattr(rule, name) for name in ("title", "says", "definition", "why", "what_to_do", "owner")
    }
    return own | {explanation.id: explanation.title for explanation in rule.explanations}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_installation_has_the_promised_rules_switched_on() -> None:
    assert PROMISED.keys() <= RULES.keys()
    assert {rule_id for rule_id in PROMISED if not RULES[rule_id].enabled} == OFF


@every_promised_rule
def test_thresholds_weights_and_feeds_are_the_promised_ones(rule_id: str) -> None:
    rule = RULES[rule_id]
    condition = rule.hit_when
    if isinstance(condition, SystemCount):
        compared = ("count", str(condition.at_least))
    elif isinstance(condition, SystemShare):
        compared = ("share_below", str(condition.share_below))
        assert condition.orders_at_least == 20
    elif isinstance(condition, Comparison) and condition.number_operator is None:
        compared = (condition.operator, formula(condition))
    elif isinstance(condition, Comparison):
        compared = (condition.operator, str(condition.threshold.default))
    else:
        compared = (condition.join, formula(condition))
    comparison, figure, weight, needs = PROMISED[rule.id]
    assert compared == (comparison, figure)
    assert rule.weight == Decimal(weight)
    assert list(rule.needs) == needs
    assert dict(rule.parameters) == PROMISED_PARAMETERS.get(rule.id, {})


@pytest.mark.parametrize("rule_id", FILES)
def test_a_file_is_named_as_its_rule_and_lies_in_the_folder_of_its_stage(rule_id: str) -> None:
    assert RULES[rule_id].id == FILES[rule_id].stem
    assert RULES[rule_id].stage == FILES[rule_id].parent.name


def test_no_file_lies_where_nobody_reads_it() -> None:
    data = {
        FOLDER / f"{name}.yml"
        for name in ("exceptions", "calendar", "intents", "words", "buyer_signals", "owners", "penalties")
    }
    known = {*FILES.values(), *data}
    known |= set(FOLDER.glob("profiles/*.yml")) | set(FOLDER.glob("tiers/*.yml"))
    assert {file for file in FOLDER.rglob("*") if file.is_file()} == known


@every_rule
def test_chinese_is_chinese_and_english_is_english(rule: Rule) -> None:
    for name, text in texts(rule).items():
        assert re.search(r"[\u4e00-\u9fff]", text.zh), name
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", text.en), name


@every_rule
def test_both_languages_name_the_same_figures(rule: Rule) -> None:
    for name in ("says", "definition"):
        text = texts(rule)[name]
        assert placeholders(text.zh) == placeholders(text.en), name


@every_rule
def test_a_finding_shows_every_piece_of_its_evidence(rule: Rule) -> None:
    evidence = {name for look in rule.looks[:1] for name in declaration_of(rule.request(look)).evidence}
    assert evidence <= placeholders(rule.says.zh)


@every_rule
def test_the_definition_speaks_of_the_threshold_and_every_number_among_the_parameters(rule: Rule) -> None:
    features = {look.feature for look in rule.looks}
    numbers = {name for name, value in rule.figures.items() if not isinstance(value, str)} - features
    assert placeholders(rule.definition.en) == numbers


@every_rule
def test_what_to_do_is_a_list_of_steps(rule: Rule) -> None:
    for text in (rule.what_to_do.zh, rule.what_to_do.en):
        assert re.findall(r"(?:^|[ 。])(\d)\. ", text) == ["1", "2", "3"]


@every_rule
def test_examples_show_a_hit_a_miss_and_a_look_alike(rule: Rule) -> None:
    hits = [example for example in rule.examples if example.hit or example.system_hit]
    misses = [
        example for example in rule.examples if not (example.hit or example.system_hit or example.explained)
    ]
    assert hits
    assert misses
    assert any(example.name.startswith("look-alike") for example in misses)
    names = [example.name for example in rule.examples]
    assert len(names) == len(set(names))


@every_rule
def test_every_explanation_that_is_looked_for_has_an_example_of_its_own(rule: Rule) -> None:
    ids = [explanation.id for explanation in rule.explanations]
    assert len(ids) == len(set(ids))
    shown = {explained for example in rule.examples for explained in example.explained.values()}
    assert shown == {each.id for each in rule.explanations if each.feature or each.when}


@every_rule
def test_an_example_expects_something_only_of_orders_it_has(rule: Rule) -> None:
    for example in rule.examples:
        rows = example.feeds["storefront_orders"]
        orders = {
            row["order_id"].replace("{n}", str(n)) for row in rows for n in range(1, row.get("repeat", 1) + 1)
        }
        assert {*example.hit, *example.explained} <= orders, example.name


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_a_file_can_be_read_without_scrolling_sideways(file: Path) -> None:
    assert max(len(line) for line in file.read_text(encoding="utf-8").splitlines()) <= 140


@pytest.mark.parametrize("profile", read_profiles(FOLDER), ids=lambda profile: profile.name)
def test_every_profile_fits_the_rules(profile: Profile) -> None:
    assert set(apply_profile(RULES, profile)) == set(RULES)


def test_the_promotion_profile_only_tightens() -> None:
    tightened = apply_profile(RULES, {each.name: each for each in read_profiles(FOLDER)}["promotion"])
    order = ["low", "medium", "high", "critical"]
    for rule_id, rule in RULES.items():
        after = tightened[rule_id]
        assert order.index(after.severity) >= order.index(rule.severity)
        assert after.enabled == rule.enabled
        if "threshold" not in rule.figures:
            assert after.figures == rule.figures
            continue
        threshold, before = (Decimal(str(each.figures["threshold"])) for each in (after, rule))
        looser_is_higher = isinstance(rule.hit_when, Comparison) and rule.hit_when.operator != "below"
        assert threshold <= before if looser_is_higher else threshold >= before


@pytest.mark.parametrize("tier", read_tiers(FOLDER), ids=lambda tier: tier.name)
def test_every_tier_fits_the_rules(tier: Tier) -> None:
    assert any(rule.enabled for rule in apply_tier(RULES, tier).values())
