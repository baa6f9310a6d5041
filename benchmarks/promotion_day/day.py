"""The records of a promotion day, each with the instant at which it becomes known, and what stops then.

What belongs here: simulating the shop, and stopping systems. What does not: running the pipeline (ticks.py).

The ERP is dead for two hours, the busiest warehouse ships nothing for an hour, and the largest carrier scans
nothing for half a day: what they would have written comes when they are back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from benchmarks.endurance.day import known_rows
from orderhealth_pipeline.simulate.goods import catalogue_for
from orderhealth_pipeline.simulate.plan import random_for
from orderhealth_pipeline.simulate.scenarios import load_scenario
from orderhealth_pipeline.simulate.simulation import export_feeds, plan_orders
from orderhealth_pipeline.simulate.situations.block import TruthBook

Feeds = dict[str, pl.DataFrame]

DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_INSTANTS_OF: Final = {
    "erp_orders": ("synced_at", "shipped_at", "updated_at"),
    "wms_shipments": ("outbound_at", "updated_at"),
    "tms_events": ("event_at",),
}


@dataclass(frozen=True)
class Stop:
    """A system that writes nothing from `begin` until `end`; `where` says of which rows."""

    feed: str
    begin: datetime
    end: datetime
    where: pl.Expr


@dataclass(frozen=True)
class World:
    """Rows with `known_at`, the day's end, and the warehouse and carrier that stop."""

    feeds: Feeds
    end: datetime
    warehouse: str | None = None
    carrier: str | None = None


def promotion_day(orders: int, seed: int) -> World:
    """Simulate the eve of a promotion, and let systems stop on its last day."""
    world = _simulated("promo_eve", orders, seed)
    begin, shipments = world.end - DAY, world.feeds["wms_shipments"]
    warehouse = shipments["warehouse"].drop_nulls().mode().sort()[0]
    carrier = shipments["carrier"].drop_nulls().mode().sort()[0]
    waybills = shipments.filter(carrier=carrier)["waybill_no"].drop_nulls().unique().implode()
    stops = (
        Stop("erp_orders", begin + 13 * _HOUR, begin + 15 * _HOUR, pl.lit(value=True)),
        Stop("wms_shipments", begin + 19 * _HOUR, begin + 20 * _HOUR, pl.col("warehouse") == warehouse),
        Stop("tms_events", begin + 10 * _HOUR, begin + 22 * _HOUR, pl.col("waybill_no").is_in(waybills)),
    )
    feeds = dict(world.feeds)
    for stop in stops:
        feeds[stop.feed] = stopped(feeds[stop.feed], stop)
    return World(feeds, world.end, warehouse, carrier)


def quiet_day(orders: int, seed: int) -> World:
    """Simulate the last day of a quiet week, in which nothing stops."""
    return _simulated("quiet_week", orders, seed)


def _simulated(name: str, orders: int, seed: int) -> World:
    scenario = load_scenario(name)
    catalogue = catalogue_for(orders, random_for(seed, "catalogue"))
    plan = plan_orders(scenario, orders, seed, int(scenario.as_of.timestamp()), catalogue, TruthBook())
    # Every change of an order is a row of its own, so that each minute knows what it knew.
    plan.flags["several_versions"][:] = True
    return World(known_rows(export_feeds(plan, catalogue, seed), scenario.as_of), scenario.as_of)


def stopped(rows: pl.DataFrame, stop: Stop) -> pl.DataFrame:
    """Let what would have been written during a stop be written when it is over."""
    stands_still = stop.where & (pl.col("known_at") >= stop.begin) & (pl.col("known_at") < stop.end)
    later = [
        pl.when(stands_still & (pl.col(name) >= stop.begin))
        .then(pl.lit(stop.end).cast(rows.schema[name]))
        .otherwise(name)
        .alias(name)
        for name in (*_INSTANTS_OF[stop.feed], "known_at")
    ]
    return rows.with_columns(later)
