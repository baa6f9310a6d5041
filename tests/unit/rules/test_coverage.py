from __future__ import annotations

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.coverage import limited_to_covered

RULES = read_catalogue(expectations_folder(), frozenset(feed_contracts())).rules


def test_a_rule_that_needs_a_feed_applies_only_to_what_the_feed_covers() -> None:
    limited = limited_to_covered(RULES, {"erp_orders": {"shop": ("京东",)}})
    assert limited["paid_not_in_erp"].applies_to == {"shop": ("京东",)}
    assert limited["outbound_overdue"] is RULES["outbound_overdue"]


def test_a_rule_that_was_limited_before_applies_to_what_is_in_both() -> None:
    rule = RULES["paid_not_in_erp"].model_copy(update={"applies_to": {"shop": ("天猫", "京东")}})
    limited = limited_to_covered({rule.id: rule}, {"erp_orders": {"shop": ("京东", "抖音")}})
    assert limited[rule.id].applies_to == {"shop": ("京东",)}


def test_feeds_that_say_nothing_cover_everything() -> None:
    assert limited_to_covered(RULES, {}) == dict(RULES)
