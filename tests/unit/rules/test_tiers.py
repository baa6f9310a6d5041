from __future__ import annotations

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.in_force.tiers import Tier, apply_tier, read_tier, read_tiers
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.yaml_files import read_model


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    files = [
        file for file in expectations_folder().glob("*/*.yml") if file.parent.name in {"payment", "ordering"}
    ]
    return {file.stem: read_model(file, Rule) for file in files}


def tier(rules: object) -> Tier:
    text = {"zh": "文", "en": "text"}
    run = {"cron": "0 9 * * *", "does": text}
    return Tier.model_validate(
        {"name": "own", "title": text, "why": text, "orders_a_day": {}, "runs": [run], "rules": rules}
    )


def test_only_the_rules_of_the_tier_are_on(rules: dict[str, Rule]) -> None:
    chosen = apply_tier(rules, tier(["paid_not_in_erp", "low_price"]))
    assert {rule.id for rule in chosen.values() if rule.enabled} == {"paid_not_in_erp", "low_price"}
    assert set(chosen) == set(rules)


def test_a_tier_of_all_switches_on_what_was_off(rules: dict[str, Rule]) -> None:
    nothing_on = apply_tier(rules, tier([]))
    assert not any(rule.enabled for rule in nothing_on.values())
    assert all(rule.enabled for rule in apply_tier(nothing_on, tier("all")).values())


def test_a_rule_that_does_not_exist_is_named(rules: dict[str, Rule]) -> None:
    with pytest.raises(
        ConfigurationError, match="the tier 'own' names the rule 'price', which does not exist"
    ):
        apply_tier(rules, tier(["low_price", "price"]))


def test_an_unknown_tier_names_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match=r"no 'huge\.yml', only: growing, mature, small"):
        read_tier(expectations_folder(), "huge")


def test_the_tiers_cover_every_size_of_shop_without_overlap() -> None:
    sizes = [tier.orders_a_day for tier in read_tiers(expectations_folder())]
    assert [(size.at_least, size.below) for size in sizes] == [(0, 500), (500, 5000), (5000, None)]


def test_a_larger_shop_keeps_the_rules_of_a_smaller_one() -> None:
    small = read_tier(expectations_folder(), "small")
    growing = read_tier(expectations_folder(), "growing")
    assert set(small.rules) < set(growing.rules)
    assert read_tier(expectations_folder(), "mature").rules == "all"
