"""When time alone makes a rule hit an order: pure arithmetic on features that grow.

What belongs here: the instants at which a growing feature reaches its threshold. What does not: evaluating
(evaluate.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.declared.order_columns import order_columns
from orderhealth_pipeline.declared.shape_features import columns_of_shape, declaration_of
from orderhealth_pipeline.frames import INSTANT, FeatureRequest
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.language.condition import Comparison, comparisons
from orderhealth_pipeline.rules.language.holds import threshold_of
from orderhealth_pipeline.rules.language.model import Rule

DUE_SCHEMA: Final = pl.Schema({"order_id": pl.String(), "due_at": INSTANT})

_MICROSECONDS: Final = {"minutes": 60_000_000, "hours": 3_600_000_000}
_ROUNDING_MICROSECONDS: Final = 1000
_ROUNDING: Final = timedelta(microseconds=_ROUNDING_MICROSECONDS)
"""Hours are floats: an order that is looked at a millisecond too early only costs another look."""


def due_orders(fact: pl.DataFrame, catalogue: Catalogue, as_of: datetime) -> pl.DataFrame:
    """List the active orders for which time alone turns a comparison after `as_of`: order_id, due_at (UTC).

    One row per order, the earliest instant of all comparisons of the enabled rules. `fact` has the features
    of the orders.
    """
    active = fact.lazy().filter("is_active")
    waiting = [pl.LazyFrame(schema=DUE_SCHEMA)]
    leaves = {
        (rule.request(leaf), threshold): (rule.request(leaf), leaf)
        for rule in catalogue.enabled
        for leaf in _all_comparisons(rule)
        for threshold in [leaf.threshold if leaf.number_operator else None]
    }
    for request, leaf in leaves.values():
        waiting += [
            active.select("order_id", due_at=due_at.cast(INSTANT)).drop_nulls()
            for due_at in _turning_points(request, leaf, as_of)
        ]
    return pl.concat(waiting).group_by("order_id").agg(pl.col("due_at").min()).sort("order_id").collect()


def _all_comparisons(rule: Rule) -> list[Comparison]:
    explaining = [each.when for each in rule.explanations if each.when is not None]
    return [*rule.comparisons, *(leaf for condition in explaining for leaf in comparisons(condition))]


def _turning_points(request: FeatureRequest, leaf: Comparison, as_of: datetime) -> Iterator[pl.Expr]:
    """Return the instants at which time alone turns a comparison, as expressions over order_fact."""
    movers = declaration_of(request).moves_with
    is_measured = movers.grows and leaf.number_operator is not None
    threshold = threshold_of(leaf.threshold, pl.Float64()) if is_measured else pl.lit(0.0)
    microseconds = pl.lit(_MICROSECONDS[movers.time or "minutes"])
    if movers.share_of is not None:
        microseconds *= pl.col(request.evidence_column(movers.share_of))
    if is_measured:
        left = threshold - pl.col(request.column)
        yield pl.when(left >= 0).then(pl.lit(as_of) + _duration(left * microseconds))
    promised = [name for name in columns_of_shape(request) if order_columns()[name].type == "promise"]
    for name in promised if request.feature != "column" else ():
        # What is promised lies ahead: until it comes nothing waits since then, and all wait for it.
        for instant in (pl.col(name), pl.col(name) + _duration(threshold * microseconds)):
            yield pl.when(instant >= as_of - _ROUNDING).then(instant)


def _duration(microseconds: pl.Expr) -> pl.Expr:
    return pl.duration(microseconds=microseconds.cast(pl.Int64) - _ROUNDING_MICROSECONDS)
