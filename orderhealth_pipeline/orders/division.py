"""Which orders meet in a group: those that share the key of some features, as far as these look.

What belongs here: dividing requests and orders. What does not: moving rows (spark/).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.declared.shape_features import KEY_COLUMNS, declaration_of
from orderhealth_pipeline.frames import FeatureRequest

GROUP: Final = "group_number"

IS_HOME: Final = "is_home"
"""Whether an order is computed in a group, or only looked at there."""

_MICROSECOND: Final = timedelta(microseconds=1)


def divided(requests: Iterable[FeatureRequest]) -> dict[tuple[str, bool], list[FeatureRequest]]:
    """Return the requests that one key divides, by its column, and by whether they say how far they look."""
    found: dict[tuple[str, bool], list[FeatureRequest]] = {}
    for request in requests:
        movers = declaration_of(request).moves_with
        keys = {*movers.near, *movers.lately, *movers.returned, *movers.all_of}
        if movers.shipments or len(keys) > 1:
            continue
        column = KEY_COLUMNS[keys.pop()] if keys else "order_id"
        looks_near = not (movers.lately or movers.returned or movers.all_of)
        found.setdefault((column, looks_near), []).append(request)
    return found


def span_of(requests: Iterable[FeatureRequest]) -> timedelta:
    """Return how far apart the orders are that requests look at."""
    spans = [
        declaration.reach(request, names)
        for request in requests
        for declaration in (declaration_of(request),)
        for names in declaration.moves_with.near.values()
    ]
    return max(spans, default=timedelta())


def places_of(orders: pl.DataFrame, column: str, span: timedelta | None, orders_a_group: int) -> pl.DataFrame:
    """Say in which groups every order stands: order_id, GROUP and IS_HOME, which is true of one group.

    Orders with the same key meet. An order without one is alone. With `span` a key of more than
    `orders_a_group` orders is cut by time, and those no further apart meet.
    """
    groups = math.ceil(orders.height / orders_a_group) or 1
    keyed = orders.select("order_id", "placed_at", key=pl.coalesce(column, "order_id"))
    count = pl.len().over("key")
    is_cut = pl.lit(value=span is not None) & (count > orders_a_group)
    whole = keyed.filter(~is_cut).select(
        "order_id",
        (pl.col("key").hash() % groups).cast(pl.Int64).alias(GROUP),
        pl.lit(value=True).alias(IS_HOME),
    )
    return pl.concat([whole, _cut(keyed.filter(is_cut), span or timedelta(), orders_a_group, groups)])


def _cut(keyed: pl.DataFrame, span: timedelta, orders_a_group: int, first: int) -> pl.DataFrame:
    """Cut keys by time, into pieces that only orders of the one before and after are looked at in."""
    reach = max(span // _MICROSECOND, 1)
    since = (pl.col("placed_at") - pl.col("placed_at").min().over("key")).dt.total_microseconds()
    pieces = pl.len().over("key") // orders_a_group
    timed = keyed.with_columns(since=since).with_columns(
        width=pl.max_horizontal(2 * reach, pl.col("since").max().over("key") // pieces + 1)
    )
    placed = timed.with_columns(
        home=pl.col("since") // pl.col("width"),
        piece=pl.int_ranges(
            (pl.col("since") - reach) // pl.col("width"), (pl.col("since") + reach) // pl.col("width") + 1
        ),
    ).explode("piece")
    return placed.select(
        "order_id",
        (first + pl.struct("key", "piece").rank("dense").cast(pl.Int64)).alias(GROUP),
        (pl.col("piece") == pl.col("home")).alias(IS_HOME),
    )
