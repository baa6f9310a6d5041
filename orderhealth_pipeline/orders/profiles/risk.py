"""The risk of an order's buyer as a feature of the order.

What belongs here: from profiles to the feature and what shows it. What does not: measuring (profile.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.orders.inputs import Parameters
from orderhealth_pipeline.orders.profiles.bursts import buyers_in_bursts
from orderhealth_pipeline.orders.profiles.profile import (
    ORDER_COLUMNS,
    SHARED_BY,
    VERDICTS,
    History,
    buyer_profiles,
    shared_keys,
)
from orderhealth_pipeline.orders.profiles.signals import BuyerSignals

_EVIDENCE: Final = (
    "orders",
    "cancelled_rate",
    "unpaid_rate",
    "return_rate",
    "shared_addresses",
    "shared_phones",
    "bursts",
    "confirmed",
)


def buyer_risk(profiled: pl.DataFrame, _: Parameters) -> pl.LazyFrame:
    """Return the risk of every order's buyer; no value without a buyer.

    `profiled` has per order its buyer's profile (order_id, PROFILES). Evidence: the measures, named buyer_….
    """
    evidence = [pl.col(name).alias(f"buyer_{name}") for name in _EVIDENCE]
    return (
        profiled.lazy()
        .select("order_id", *evidence, value="risk")
        .select("order_id", "value", pl.exclude("order_id", "value"))
    )


def profiled_orders(feeds: VisibleFeeds, fact: pl.DataFrame, signals: BuyerSignals) -> pl.DataFrame:
    """Return per order its buyer's profile, from whole feeds and all orders, without any verdict."""
    orders = fact.select(ORDER_COLUMNS)
    history = History(
        feeds=feeds,
        orders=orders,
        shared={key: shared_keys(orders, key) for key in SHARED_BY.values()},
        suspects=buyers_in_bursts(orders, signals.figures),
        verdicts=pl.DataFrame(schema=VERDICTS),
    )
    return orders.select("order_id", "buyer_id").join(buyer_profiles(history, signals), on="buyer_id")
