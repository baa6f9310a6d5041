"""Bursts: how many orders one buyer placed within a span, with and without the innocent ones.

What belongs here: counting orders in spans of time per buyer. What does not: how many are too many. A span is
closed at both ends, starts at an order and covers `span_minutes`; an order's value is the largest count of
the spans it lies in. An order that is alone in its spans has none, so that whoever knows the orders around it
knows its value.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from orderhealth_pipeline.orders.buyers.repeat_orders import items
from orderhealth_pipeline.orders.buyers.spans import (
    CLOCK,
    first_after,
    first_at_or_after,
    microseconds,
    on_one_clock,
)
from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters
from orderhealth_pipeline.orders.lifecycle import is_dead


def buyer_orders_in_span(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Most orders of the buyer, of any status, in one span that contains the order, from two on.

    Evidence: span_started_at, the first order of the earliest such span, UTC.
    """
    return _largest_span(inputs.repeat_orders.lazy(), parameters)


def buyer_orders_in_span_without_forgiven_tries(
    inputs: FeatureInputs, parameters: Parameters
) -> pl.LazyFrame:
    """The same without forgiven tries, which count for no burst."""
    return _largest_span(_without_forgiven_tries(inputs, parameters), parameters).drop("span_started_at")


def buyer_orders_in_suspicious_span(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """The same without forgiven tries, over spans that are no genuine basket.

    A span is genuine when all its orders are paid, share no SKU, and are not hit by the rule `cheap_rule`. An
    order whose lines are not known proves nothing, so its spans are not genuine. No value: only genuine
    spans.
    """
    cheap = inputs.hit_orders[str(parameters["cheap_rule"])]["order_id"]
    orders = _with_next_of_same_sku(_without_forgiven_tries(inputs, parameters), inputs)
    is_doubtful = (
        ~pl.col("was_ever_paid") | pl.col("basket").is_null() | pl.col("order_id").is_in(cheap.implode())
    )
    trouble = pl.when(is_doubtful).then("placed_at").otherwise("shares_sku_at")
    return _largest_span(orders, parameters, next_trouble_at=trouble).drop("span_started_at")


def forgiven_tries(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """List the order_id of every forgiven try.

    An order that was cancelled or closed and never paid is a try of the next order of the same buyer and
    basket that is not itself such an order, if that follows within `reorder_within_minutes`; the
    `forgiven_tries` nearest before it are forgiven.
    """
    within = timedelta(minutes=float(parameters["reorder_within_minutes"]))
    ordered = (
        inputs.repeat_orders.lazy()
        .filter(pl.col("basket").is_not_null())
        .with_columns(is_try=is_dead() & ~pl.col("was_ever_paid"))
        .sort("buyer_id", "basket", "placed_at", "order_id")
        .with_columns(
            target_placed_at=pl.when(~pl.col("is_try")).then("placed_at"),
            target_order_id=pl.when(~pl.col("is_try")).then("order_id"),
        )
        .with_columns(
            pl.col("target_placed_at", "target_order_id")
            .fill_null(strategy="backward")
            .over("buyer_id", "basket")
        )
    )
    nearness = pl.col("placed_at").rank("ordinal", descending=True).over("target_order_id")
    return (
        ordered.filter("is_try", pl.col("target_placed_at") - pl.col("placed_at") <= within)
        .sort("target_order_id", "placed_at", "order_id")
        .filter(nearness <= int(parameters["forgiven_tries"]))
        .select("order_id")
    )


def _without_forgiven_tries(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    return inputs.repeat_orders.lazy().join(forgiven_tries(inputs, parameters), on="order_id", how="anti")


def _with_next_of_same_sku(orders: pl.LazyFrame, inputs: FeatureInputs) -> pl.LazyFrame:
    """Add when the buyer's next of these orders that shares a SKU with the order was placed."""
    following = (
        items(inputs.feeds, orders)
        .select("order_id", "sku")
        .join(orders.select("order_id", "buyer_id", "placed_at"), on="order_id")
        .sort("buyer_id", "sku", "placed_at", "order_id")
        .with_columns(shares_sku_at=pl.col("placed_at").shift(-1).over("buyer_id", "sku"))
        .group_by("order_id")
        .agg(pl.col("shares_sku_at").min())
    )
    return orders.join(following, on="order_id", how="left")


def _largest_span(
    orders: pl.LazyFrame, parameters: Parameters, next_trouble_at: pl.Expr | None = None
) -> pl.LazyFrame:
    """Count every span that starts at an order, then give each order the largest count of those around it.

    With `next_trouble_at` (an instant not before the order was placed, or null) only spans with trouble in
    them count. Of spans with equal counts the earliest is named.
    """
    span = timedelta(minutes=float(parameters["span_minutes"]))
    length = microseconds(span)
    clock, start = pl.col(CLOCK), pl.col("span_start")
    timed = on_one_clock(orders, ("buyer_id",), reach=span).with_columns(
        span_start=first_at_or_after(clock),
        orders_in_span=first_after(clock + length) - first_at_or_after(clock),
    )
    if next_trouble_at is not None:
        waits = (next_trouble_at - pl.col("placed_at")).dt.total_microseconds().clip(upper_bound=length + 1)
        earliest = (clock + waits).cum_min(reverse=True).fill_null(strategy="backward")
        timed = timed.with_columns(trouble=earliest).with_columns(
            orders_in_span=pl.when(pl.col("trouble").gather(start) <= clock + length).then("orders_in_span")
        )
    # One number holds count and start, so that one maximum finds both: the larger count, then the earlier.
    ranked = pl.col("orders_in_span") * pl.len() + (pl.len() - 1 - start)
    largest = ranked.rolling_max_by(CLOCK, window_size=f"{length}i", closed="both")
    return (
        timed.with_columns(largest=largest)
        .select(
            "order_id",
            value=pl.col("largest") // pl.len(),
            span_started_at=pl.col("placed_at").gather(pl.len() - 1 - pl.col("largest") % pl.len()),
        )
        .filter(pl.col("value") > 1)
    )
