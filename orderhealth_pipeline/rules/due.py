"""When time alone makes a rule hit an order: pure arithmetic on features that grow.

What belongs here: the instants at which a growing feature reaches its threshold. What does not: evaluating
(evaluate.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.model import OrderCondition

DUE_SCHEMA: Final = pl.Schema({"order_id": pl.String(), "due_at": INSTANT})

_MICROSECONDS: Final = {"minutes": 60_000_000, "hours": 3_600_000_000}
_ROUNDING_MICROSECONDS: Final = 1000
"""Hours are floats: an order that is looked at a millisecond too early only costs another look."""


def due_orders(fact: pl.DataFrame, catalogue: Catalogue, as_of: datetime) -> pl.DataFrame:
    """List the active orders that reach a threshold after `as_of` if nothing happens: order_id, due_at (UTC).

    One row per order, the earliest instant of all enabled rules. `fact` has the features of the orders.
    """
    active = fact.lazy().filter("is_active")
    waiting = [pl.LazyFrame(schema=DUE_SCHEMA)]
    for rule in catalogue.enabled:
        condition = rule.hit_when
        unit = catalogue.features[condition.feature].grows
        if not isinstance(condition, OrderCondition) or unit is None:
            continue
        left = float(condition.threshold) - pl.col(catalogue.request(rule, condition.feature).column)
        microseconds = (left * _MICROSECONDS[unit]).cast(pl.Int64) - _ROUNDING_MICROSECONDS
        waiting.append(
            active.filter(left >= 0).select(
                "order_id", due_at=(pl.lit(as_of) + pl.duration(microseconds=microseconds)).cast(INSTANT)
            )
        )
    return pl.concat(waiting).group_by("order_id").agg(pl.col("due_at").min()).sort("order_id").collect()
