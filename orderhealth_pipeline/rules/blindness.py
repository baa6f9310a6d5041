"""What a rule does not see: feeds that are not fresh, columns that no file brought, orders that say little.

What belongs here: telling it, and counting the orders that a rule does not judge. What does not: the words
for it (report/blind_words.py), and what must be known of an order (orders/known_inputs.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl
from pydantic import Field

from orderhealth_pipeline.features import FeatureDeclaration, FeedColumns, Inputs, OrderInput, alternatives
from orderhealth_pipeline.frames import FeedState, VisibleFeeds, known_column
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.model import Explanation, Rule
from orderhealth_pipeline.yaml_files import FrozenModel

STOREFRONT: Final = "storefront_orders"
"""Every order comes from it: whoever reads a column of an order does not need it to be fresh for that."""

UNJUDGED: Final = pl.Schema({"order_id": pl.String(), "rules": pl.String()})
_SEPARATOR: Final = ","


class Blindness(FrozenModel):
    """What a rule does not see.

    `feeds`: those it needs that are not fresh, with their states. `columns`: those it needs that no file ever
    brought (`a|b`: neither did). `lacking`: those it could judge by or would be more exact with. `of_order`:
    what is not known of the orders that it does not judge.
    """

    feeds: dict[str, FeedState] = Field(default_factory=dict)
    columns: FeedColumns = Field(default_factory=dict)
    lacking: FeedColumns = Field(default_factory=dict)
    of_order: tuple[OrderInput, ...] = ()

    @property
    def is_total(self) -> bool:
        """Say whether the rule can judge no order at all."""
        return bool(self.feeds or self.columns)


def blindness_of_rule(
    rule: Rule, features: Mapping[str, FeatureDeclaration], feeds: VisibleFeeds
) -> Blindness:
    """Tell what a rule does not see of the feeds."""
    return _blindness(features[rule.hit_when.feature].inputs, rule.needs, feeds)


def can_tell(
    explanation: Explanation, features: Mapping[str, FeatureDeclaration], feeds: VisibleFeeds
) -> bool:
    """Say whether an explanation sees all that it needs."""
    inputs = Inputs.model_construct() if explanation.feature is None else features[explanation.feature].inputs
    return not _blindness(inputs, explanation.needs, feeds).is_total


def _blindness(inputs: Inputs, needed: Iterable[str], feeds: VisibleFeeds) -> Blindness:
    read = (feed for part in (inputs.needs, inputs.judges_by) for feed in part if feed != STOREFRONT)
    unusable = {
        feed: feeds.states[feed] for feed in dict.fromkeys((*needed, *read)) if not feeds.usable(feed)
    }
    absent = _absent(inputs.needs, feeds)
    judged_by, lacking = inputs.judges_by, _absent(inputs.judges_by, feeds)
    if judged_by and lacking == judged_by:
        absent, lacking = {**absent, **judged_by}, {}
    return Blindness(feeds=unusable, columns=absent, lacking={**lacking, **_absent(inputs.refined_by, feeds)})


def _absent(columns: FeedColumns, feeds: VisibleFeeds) -> FeedColumns:
    """Return the columns that no file brought, of feeds that were ever loaded."""
    absent = {
        feed: tuple(
            column
            for column in names
            if not any(feeds.provides(*each) for each in alternatives(feed, column))
        )
        for feed, names in columns.items()
        if feeds.states[feed] != "missing"
    }
    return {feed: names for feed, names in absent.items() if names}


def unjudged_orders(fact: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """List the active orders that an enabled rule cannot judge, because too little is known of them.

    Columns: order_id, rules (their ids, in the order of the catalogue). Feeds and columns that are absent
    make a rule unknown of all orders and are not looked at here. `fact` has the features of the orders.
    """
    known = {
        rule.id: known_column(rule.hit_when.feature)
        for rule in catalogue.enabled
        if not rule.is_system_level and known_column(rule.hit_when.feature) in fact.columns
    }
    if not known:
        return pl.DataFrame(schema=UNJUDGED)
    said = [pl.when(~pl.col(column)).then(pl.lit(rule_id)) for rule_id, column in known.items()]
    return (
        fact.lazy()
        .filter("is_active", ~pl.all_horizontal(*dict.fromkeys(known.values())))
        .select("order_id", rules=pl.concat_str(said, separator=_SEPARATOR, ignore_nulls=True))
        .collect()
    )


def count_unjudged(by_rules: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Count per rule the orders that it cannot judge; `by_rules` counts them by `unjudged_orders`' rules."""
    counted: Counter[str] = Counter()
    for rules, orders in by_rules:
        for rule_id in rules.split(_SEPARATOR):
            counted[rule_id] += orders
    return dict(counted)


def of_order_inputs(rule: Rule, features: Mapping[str, FeatureDeclaration]) -> tuple[OrderInput, ...]:
    """Return what must be known of an order for a rule to judge it."""
    return features[rule.hit_when.feature].inputs.of_order
