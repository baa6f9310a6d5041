from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.orders.order_fact import build_order_fact
from orderhealth_pipeline.pipeline.evaluation.system_facts import facts_of_feeds
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import Catalogue, read_catalogue
from orderhealth_pipeline.rules.own_examples.example import Example
from orderhealth_pipeline.rules.own_examples.example_check import failing_examples

SCHEMAS = {feed: contract.schema() for feed, contract in feed_contracts().items()}
SHANGHAI = ZoneInfo("Asia/Shanghai")
CATALOGUE = read_catalogue(expectations_folder(), frozenset(SCHEMAS))


def only(rule_id: str, example: Example) -> Catalogue:
    """The catalogue with one example, of one rule."""
    rules = {each.id: each.model_copy(update={"examples": ()}) for each in CATALOGUE.rules.values()}
    rules[rule_id] = CATALOGUE.rules[rule_id].model_copy(update={"examples": (example,)})
    return Catalogue(rules=rules, features=CATALOGUE.features)


@pytest.mark.parametrize(
    ("rule_id", "example"),
    [
        pytest.param(rule.id, example, id=f"{rule.id}: {example.name}")
        for rule in CATALOGUE.rules.values()
        for example in rule.examples
    ],
)
def test_a_rule_says_what_its_example_expects(rule_id: str, example: Example) -> None:
    assert [
        str(each)
        for each in failing_examples(
            only(rule_id, example), SCHEMAS, SHANGHAI, build_order_fact, facts_of_feeds
        )
    ] == []


@pytest.mark.parametrize(
    ("rule_id", "example_name", "wrong", "complaint"),
    [
        (
            "paid_not_in_erp",
            "paid 15 minutes and one second ago",
            {"hit": ()},
            "expected no hit; the rule says hit: A",
        ),
        (
            "outbound_overdue",
            "on hold",
            {"explained": {"A": "snoozed"}},
            "expected explained: A by snoozed; the rule says explained: A by on_hold",
        ),
        (
            "pickup_gap",
            "18 of 20 are exactly 90 %",
            {"system_hit": True},
            "expected the system is hit; the rule says no hit",
        ),
    ],
)
def test_an_example_that_the_rule_contradicts_is_told_in_a_sentence(
    rule_id: str, example_name: str, wrong: dict[str, object], complaint: str
) -> None:
    (example,) = (each for each in CATALOGUE.rules[rule_id].examples if each.name == example_name)
    catalogue = only(rule_id, example.model_copy(update=wrong))
    (sentence,) = failing_examples(catalogue, SCHEMAS, SHANGHAI, build_order_fact, facts_of_feeds)
    assert str(sentence) == f"rule '{rule_id}', example '{example_name}': {complaint}"


def test_the_examples_of_a_disabled_rule_are_checked_too() -> None:
    rule = CATALOGUE.rules["low_price"]
    disabled = Catalogue(
        rules={rule.id: rule.model_copy(update={"enabled": False})},
        features=CATALOGUE.features,
    )
    assert list(failing_examples(disabled, SCHEMAS, SHANGHAI, build_order_fact, facts_of_feeds)) == []
