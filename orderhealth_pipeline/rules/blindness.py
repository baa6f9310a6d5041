"""What a rule does not see: feeds that are not fresh, columns that no file brought, orders that say little.

What belongs here: telling it, and counting the orders that a rule does not judge. What does not: the words
for it (report/words/blind_words.py), and what must be known of an order (orders/known_inputs.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import polars as pl
from pydantic import Field

from orderhealth_pipeline.declared.features import Inputs, OrderInput, alternatives, declared_features
from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.declared.system_counts import declared_counts
from orderhealth_pipeline.frames import FeedColumns, FeedState, VisibleFeeds, known_column
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.language.condition import Comparison, Group
from orderhealth_pipeline.rules.language.conditions import (
    Explanation,
    SystemCondition,
    SystemCount,
    SystemShare,
)
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.yaml_files import FrozenModel

STOREFRONT: Final = "storefront_orders"
"""Every order comes from it: whoever reads a column of an order does not need it to be fresh for that."""

_NOTHING: Final = Inputs.model_construct()

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


def blindness_of_rule(rule: Rule, feeds: VisibleFeeds) -> Blindness:
    """Tell what a rule does not see of the feeds."""
    if isinstance(rule.hit_when, SystemCount):
        return _together([_blindness(_NOTHING, rule.needs, feeds), _without_any(rule.hit_when, feeds)])
    if isinstance(rule.hit_when, SystemShare):
        inputs = declared_features()[rule.hit_when.feature].inputs
        return _blindness(inputs, rule.needs, feeds)
    seen = _blindness_of(rule, rule.hit_when, feeds)
    needed = _blindness(_NOTHING, rule.needs, feeds)
    return _together([needed, seen])


def _without_any(condition: SystemCount, feeds: VisibleFeeds) -> Blindness:
    """Tell the feeds of which one is enough, where none was ever loaded."""
    states = {feed: feeds.states[feed] for feed in declared_counts()[condition.count].one_of}
    return Blindness(feeds=states if all(state == "missing" for state in states.values()) else {})


def can_tell(rule: Rule, explanation: Explanation, feeds: VisibleFeeds) -> bool:
    """Say whether an explanation sees all that it needs."""
    inputs = _NOTHING if explanation.feature is None else declared_features()[explanation.feature].inputs
    parts = [_blindness(inputs, explanation.needs, feeds)]
    if explanation.when is not None:
        parts.append(_blindness_of(rule, explanation.when, feeds))
    return not _together(parts).is_total


def _blindness_of(rule: Rule, condition: Comparison | Group, feeds: VisibleFeeds) -> Blindness:
    """Tell what a condition does not see: of `any`, what is seen is judged by, and the rest is lacking."""
    if isinstance(condition, Comparison):
        inputs = declaration_of(rule.request(condition)).inputs
        return _blindness(inputs, (), feeds)
    parts = [_blindness_of(rule, member, feeds) for member in condition.members]
    seen = [part for part in parts if not part.is_total]
    if condition.join != "any" or not seen:
        return _together(parts)
    lacking = [Blindness(lacking=_merged_columns(part.columns, part.lacking)) for part in parts]
    return _together([*seen, *lacking])


def _together(parts: Iterable[Blindness]) -> Blindness:
    together = Blindness()
    for part in parts:
        together = Blindness(
            feeds={**together.feeds, **part.feeds},
            columns=_merged_columns(together.columns, part.columns),
            lacking=_merged_columns(together.lacking, part.lacking),
            of_order=tuple(dict.fromkeys((*together.of_order, *part.of_order))),
        )
    return together


def _merged_columns(first: FeedColumns, second: FeedColumns) -> FeedColumns:
    return {
        feed: tuple(dict.fromkeys((*first.get(feed, ()), *second.get(feed, ()))))
        for feed in (*first, *(feed for feed in second if feed not in first))
    }


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
    """List the active orders that an enabled rule cannot judge, or does not apply to.

    Columns: order_id, rules (their ids, in the order of the catalogue). Feeds and columns that are absent
    make a rule unknown of all orders and are not looked at here. `fact` has the features of the orders.
    """
    judged = {
        rule.id: condition
        for rule in catalogue.enabled
        if (condition := judged_orders(rule, frozenset(fact.columns))) is not None
    }
    if not judged:
        return pl.DataFrame(schema=UNJUDGED)
    said = [pl.when(~condition).then(pl.lit(rule_id)) for rule_id, condition in judged.items()]
    return (
        fact.lazy()
        .filter("is_active", ~pl.all_horizontal(*judged.values()))
        .select("order_id", rules=pl.concat_str(said, separator=_SEPARATOR, ignore_nulls=True))
        .collect()
    )


def judged_orders(rule: Rule, columns: frozenset[str]) -> pl.Expr | None:
    """Say which orders a rule judges: those of which enough is known, and that it applies to; None for all.

    `columns` are those of the order's fact.
    """
    if isinstance(rule.hit_when, SystemCondition):
        return None
    parts = [
        pl.col(place).is_in(list(names)).fill_null(value=False) for place, names in rule.applies_to.items()
    ]
    if (known := _known(rule, rule.hit_when, columns)) is not None:
        parts.append(known)
    return pl.all_horizontal(*parts) if parts else None


def _known(rule: Rule, condition: Comparison | Group, columns: frozenset[str]) -> pl.Expr | None:
    """Say whether enough is known of an order for a condition; None where that is so of every order."""
    if isinstance(condition, Comparison):
        column = known_column(rule.request(condition))
        return pl.col(column) if condition.is_missing is None and column in columns else None
    parts = [_known(rule, member, columns) for member in condition.members]
    if condition.join == "any":
        known = [part for part in parts if part is not None]
        return pl.any_horizontal(*known) if len(known) == len(parts) else None
    known = [part for part in parts if part is not None]
    return pl.all_horizontal(*known) if known else None


def count_unjudged(by_rules: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Count per rule the orders that it cannot judge; `by_rules` counts them by `unjudged_orders`' rules."""
    counted: Counter[str] = Counter()
    for rules, orders in by_rules:
        for rule_id in rules.split(_SEPARATOR):
            counted[rule_id] += orders
    return dict(counted)


def of_order_inputs(rule: Rule) -> tuple[OrderInput, ...]:
    """Return what must be known of an order for a rule to judge it."""
    inputs = (declaration_of(rule.request(leaf)).inputs.of_order for leaf in rule.comparisons)
    return tuple(dict.fromkeys(name for of_order in inputs for name in of_order))
