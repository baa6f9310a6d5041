"""Buyers as their known orders show them: what they order, pay, cancel and return, and how risky they are.

What belongs here: from all orders of some buyers to one row each. What does not: which signals there are
(signals.py), and finding the orders. All known orders count, however old: a window would forgive whoever
waits. So nothing changes as time passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.orders.buyers.bursts import forgiven_tries
from orderhealth_pipeline.orders.buyers.repeat_orders import MILESTONES, repeat_orders
from orderhealth_pipeline.orders.inputs import FeatureInputs
from orderhealth_pipeline.orders.lifecycle import is_dead
from orderhealth_pipeline.orders.profiles.bursts import count_bursts
from orderhealth_pipeline.orders.profiles.signals import BuyerSignals, Figures, Signal

PROFILES: Final = pl.Schema(
    {
        "buyer_id": pl.String(),
        "orders": pl.Int64(),
        "spend": pl.Decimal(38, 4),
        "cancelled_rate": pl.Float64(),
        "unpaid_rate": pl.Float64(),
        "return_rate": pl.Float64(),
        "shared_addresses": pl.Int64(),
        "shared_phones": pl.Int64(),
        "bursts": pl.Int64(),
        "confirmed": pl.Int64(),
        "false_alarms": pl.Int64(),
        "risk": pl.Float64(),
        "level": pl.String(),
        "reasons": pl.String(),
    }
)
"""One row per buyer; a measure is null where no file ever had what it is measured by. `reasons` are the names
of the signals that hold, joined by commas."""

ORDER_COLUMNS: Final = (*MILESTONES, "paid_amount", "currency", "phone_key")
"""What of an order is looked at."""

VERDICTS: Final = pl.Schema({"order_id": pl.String(), "rule_id": pl.String(), "kind": pl.String()})
"""The newest verdict on every finding that people judged: `confirmed` or `false_alarm`."""

SHARED_BY: Final = {"shared_addresses": "address_key", "shared_phones": "phone_key"}
"""The measures of what buyers share, and the keys that they share."""

_NEEDS: Final = {
    "spend": ("payments", "amount"),
    "unpaid_rate": ("payments", "status"),
    "return_rate": ("returns", "order_id"),
    "shared_addresses": ("storefront_orders", "street"),
    "shared_phones": ("storefront_orders", "phone"),
}
"""The column of a feed without which a measure is not known."""

_LEVELS: Final = {"high": 60, "medium": 30}
"""From which risk on a level is reached; below it is low."""


@dataclass(frozen=True)
class History:
    """All that is known of some buyers, at an instant.

    `orders` are all their orders (ORDER_COLUMNS); `shared` has the values of each key (address_key,
    phone_key) that several buyers have, be they among these or not; `suspects` are the buyers (buyer_id) who
    may have bursts. `feeds` has the returns of the orders, and the lines of those of suspects, if any.
    """

    feeds: VisibleFeeds
    orders: pl.DataFrame
    shared: Mapping[str, pl.Series]
    suspects: pl.DataFrame
    verdicts: pl.DataFrame


def shared_keys(orders: pl.DataFrame, key: str) -> pl.Series:
    """Return the values of a key that several buyers have among these orders."""
    buyer = pl.col("buyer_id")
    by_key = orders.lazy().drop_nulls([key, "buyer_id"]).group_by(key)
    return by_key.agg(several=buyer.min() != buyer.max()).filter("several").collect()[key]


def buyer_profiles(history: History, known: BuyerSignals) -> pl.DataFrame:
    """Return PROFILES, in no order."""
    measured = _measured(history, known.figures)
    judged = pl.col("order_id").is_in(history.verdicts["order_id"].implode())
    buyers = history.orders.select("order_id", "buyer_id").filter(judged).drop_nulls()
    verdicts = history.verdicts.join(buyers, on="order_id")
    measured = measured.hstack(_verdicts_of(measured, verdicts))
    of_rules = [
        _verdicts_of(measured, verdicts.filter(pl.col("rule_id").is_in(signal.rules))).select(
            pl.col(signal.of).alias(_looks_at(name, signal))
        )
        for name, signal in known.signals.items()
        if signal.rules
    ]
    measured = pl.concat([measured, *of_rules], how="horizontal")
    holds = {name: _holds(name, signal) for name, signal in known.signals.items()}
    spared = [
        pl.when(held).then(1 - float(known.signals[name].weight)).otherwise(1.0)
        for name, held in holds.items()
    ]
    reasons = [pl.when(held).then(pl.lit(name)) for name, held in holds.items()]
    return (
        measured.with_columns(
            risk=(100 * (1 - pl.fold(pl.lit(1.0), lambda left, right: left * right, spared))).round(2),
            reasons=pl.concat_str(reasons, separator=", ", ignore_nulls=True),
        )
        .with_columns(level=_level(pl.col("risk")))
        .select(PROFILES.names())
        .cast(PROFILES)
    )


def _looks_at(name: str, signal: Signal) -> str:
    """Name the column that a signal looks at: verdicts on findings of some rules have one of their own."""
    return f"verdicts_of_{name}" if signal.rules else signal.of


def _holds(name: str, signal: Signal) -> pl.Expr:
    value = pl.col(_looks_at(name, signal))
    figure = pl.lit(signal.figure) if signal.of == "spend" else pl.lit(float(signal.figure))
    compared = {
        "more_than": value > figure,
        "at_least": value >= figure,
        "below": value < figure,
        "at_most": value <= figure,
    }[signal.operator]
    return compared.fill_null(value=False) & (pl.col("orders") >= signal.orders_at_least)


def _level(risk: pl.Expr) -> pl.Expr:
    reached = [pl.when(risk >= least).then(pl.lit(level)) for level, least in _LEVELS.items()]
    return pl.coalesce(*reached, pl.lit("low"))


def _measured(history: History, figures: Figures) -> pl.DataFrame:
    """Return all measures of each buyer but for verdicts."""
    # What is looked up in lists stands in columns first: in a group the list would be there for every group.
    orders = history.orders.drop_nulls("buyer_id").with_columns(
        is_returned=pl.col("order_id").is_in(history.feeds["returns"]["order_id"].implode())
    )
    currency = pl.col("currency")
    counted = orders.group_by("buyer_id").agg(
        orders=pl.len().cast(pl.Int64),
        spend=pl.col("paid_amount").sum().cast(PROFILES["spend"]),
        has_currencies=(currency.min() != currency.max()).fill_null(value=False)
        | currency.null_count().is_between(1, pl.len() - 1),
        cancelled_rate=is_dead().fill_null(value=False).mean(),
        unpaid_rate=(~pl.col("was_ever_paid")).mean(),
        return_rate=pl.col("is_returned").mean(),
    )
    mixed = orders.join(counted.filter("has_currencies"), on="buyer_id", how="semi")
    # Few buyers share anything, have a burst or pay in two currencies: the others have nothing to be joined.
    measured = counted.update(_spend(mixed), on="buyer_id")
    for name, found in {
        **{name: _shared(orders, key, history.shared[key], name) for name, key in SHARED_BY.items()},
        "bursts": _bursts(history, orders, figures),
    }.items():
        measured = measured.join(found, on="buyer_id", how="left").with_columns(pl.col(name).fill_null(0))
    unknown = [name for name, (feed, column) in _NEEDS.items() if not _is_known(history.feeds, feed, column)]
    return measured.with_columns(pl.lit(None, PROFILES[name]).alias(name) for name in unknown)


def _shared(orders: pl.DataFrame, key: str, shared: pl.Series, name: str) -> pl.DataFrame:
    """Count the values of a key that each buyer shares with others: buyer_id, the count under its name."""
    found = orders.select("buyer_id", key).filter(pl.col(key).is_in(shared.implode())).unique()
    return found.group_by("buyer_id").agg(pl.len().cast(pl.Int64).alias(name))


def _is_known(feeds: VisibleFeeds, feed: str, column: str) -> bool:
    return column in feeds.columns.get(feed, ())


def _spend(orders: pl.DataFrame) -> pl.DataFrame:
    """Sum up what was paid, refunded or not, in the currency that most of a buyer's orders are in."""
    return (
        orders.group_by("buyer_id", "currency")
        .agg(spend=pl.col("paid_amount").cast(PROFILES["spend"]).sum(), times=pl.len())
        .sort("times", "currency", descending=[True, False], nulls_last=True)
        .unique("buyer_id", keep="first", maintain_order=True)
        .select("buyer_id", "spend")
    )


def _bursts(history: History, orders: pl.DataFrame, figures: Figures) -> pl.DataFrame:
    suspected = orders.join(history.suspects, on="buyer_id", how="semi")
    if suspected.is_empty():
        return pl.DataFrame(schema={"buyer_id": pl.String(), "bursts": pl.Int64()})
    inputs = FeatureInputs(history.feeds, suspected, repeat_orders(history.feeds, suspected), {})
    tries = forgiven_tries(
        inputs, {"reorder_within_minutes": figures.reorder_minutes, "forgiven_tries": figures.forgiven_tries}
    )
    return count_bursts(suspected.join(tries.collect(), on="order_id", how="anti"), figures)


def _verdicts_of(buyers: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Count verdicts (buyer_id, kind), row by row for the buyers: confirmed, false_alarms."""
    if verdicts.is_empty():
        nothing = pl.repeat(0, pl.len(), dtype=pl.Int64)
        return buyers.select(confirmed=nothing, false_alarms=nothing)
    counted = verdicts.group_by("buyer_id").agg(
        confirmed=(pl.col("kind") == "confirmed").sum().cast(pl.Int64),
        false_alarms=(pl.col("kind") == "false_alarm").sum().cast(pl.Int64),
    )
    return (
        buyers.select("buyer_id")
        .join(counted, on="buyer_id", how="left", maintain_order="left")
        .select(pl.col("confirmed", "false_alarms").fill_null(0))
    )
