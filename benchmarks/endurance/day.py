"""A promotion day as it reaches a pipeline: a history, and what becomes known in each of its 288 ticks.

What belongs here: simulating the shop, and splitting its records by the instant at which they become known.
What does not: running the pipeline on them (ticks.py).

Orders come at the same rate in every hour, and the shop has sold at this rate for days before, so that each
hour brings as many orders, scans and findings as the one before: whatever grows is the pipeline's own. What
is stuck is cancelled after a day or two, as customer service would. Before that lies a quieter month, which
fills the windows that rules look back at.

    .venv/bin/python -m benchmarks.endurance.day --out DIR
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.shared.history import NUMBERS, QUARTERS, Feeds
from orderhealth_pipeline.simulate.goods import Catalogue, catalogue_for
from orderhealth_pipeline.simulate.plan import DAY, HOUR, NEVER, Milestone, Plan, random_for
from orderhealth_pipeline.simulate.scenarios import Scenario, load_scenario
from orderhealth_pipeline.simulate.simulation import export_feeds, plan_orders
from orderhealth_pipeline.simulate.situations.block import TruthBook

SCENARIO = "promo_eve"
SEED = 5
ORDERS_A_WAVE = 4_760
"""So many that 18,000 orders are placed on the day: some situations place theirs weeks before."""

ORDERS_OF_THE_MONTH = 60_000
MONTH_DAYS = 27
STEADY_DAYS = 7
"""An order lives five days at most: so long before the end the shop has been selling at the day's rate."""

WAVE_HOURS = 6
"""Every so often a new wave of orders begins; each is placed over a day, with situations of its own."""

LATER = timedelta(days=2)
"""The feeds are exported so long after the day, so that its last hours are like all others."""

STOCK_COUNT_HOURS = 4
TICK = timedelta(minutes=5)
TICKS = 288
NOT_A_NUMBER = "n/a"


def main() -> None:
    """Write the history as Parquet files and every tick's records as CSV files, a folder a tick."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, required=True)
    write_day(arguments.parse_args().out)


def write_day(out: Path) -> None:
    """Write `<out>/000/<feed>_history.parquet`, then `<out>/<tick>/<feed>_<instant>.csv`."""
    end = load_scenario(SCENARIO).as_of
    for feed, rows in with_tick(known_rows(shop(end), end), end).items():
        for (tick,), part in rows.partition_by("tick", as_dict=True).items():
            folder = out / f"{tick:03}"
            folder.mkdir(parents=True, exist_ok=True)
            written = part.drop("tick", "known_at")
            if tick == 0:
                written.write_parquet(folder / f"{feed}_0_history.parquet")
            else:
                if feed == "payments":
                    written = with_bad_row(written)
                name = f"{feed}_{as_of_tick(end, tick):%Y%m%dT%H%M}.csv"
                written.write_csv(folder / name, datetime_format="%Y-%m-%dT%H:%M:%S%:z")


def as_of_tick(end: datetime, tick: int) -> datetime:
    """Return the instant of a tick; that of the last one is the day's end, that of number 0 its beginning."""
    return end - TICK * (TICKS - tick)


def shop(end: datetime) -> Feeds:
    """Simulate the shop and export its feeds after the day that ends at `end`, with versions of orders."""
    catalogue = catalogue_for(ORDERS_OF_THE_MONTH, random_for(SEED, "catalogue"))
    exported_at = int((end + LATER).timestamp())
    plans = [replace(plan, as_of=exported_at) for plan in _plans(int(end.timestamp()), catalogue)]
    exports = [
        numbered(export_feeds(plan, catalogue, SEED + number), number) for number, plan in enumerate(plans)
    ]
    return {feed: pl.concat([export[feed] for export in exports]) for feed in exports[0]}


def _plans(end: int, catalogue: Catalogue) -> Iterator[Plan]:
    """Plan a quiet month, then wave after wave; orders live on after the instant they are planned at."""
    waves = STEADY_DAYS * 24 // WAVE_HOURS
    begin = end - STEADY_DAYS * DAY
    month = _steady(MONTH_DAYS)
    spans = [
        (month, ORDERS_OF_THE_MONTH, begin),
        *(
            (_steady(1), ORDERS_A_WAVE, begin + wave * WAVE_HOURS * HOUR)
            for wave in range(1, waves + 24 // WAVE_HOURS)
        ),
    ]
    for number, (scenario, orders, as_of) in enumerate(spans):
        plan = plan_orders(scenario, orders, SEED + number, as_of, catalogue, TruthBook())
        settle(plan, random_for(SEED + number, "customer service"))
        plan.flags["several_versions"][:] = True
        yield plan


def _steady(days: int) -> Scenario:
    scenario = load_scenario(SCENARIO)
    even = {"horizon_days": days, "oldest_day_share": 1.0, "rise_factor": 1.0, "rush_factor": 1.0}
    arrivals = scenario.arrivals.model_copy(update={**even, "hour_weights": (1.0,) * 24})
    return scenario.model_copy(update={"arrivals": arrivals, "scanned_share": None})


def settle(plan: Plan, rng: np.random.Generator) -> None:
    """Cancel what is stuck, and close every ticket, after a day or two."""
    ended = np.minimum(plan.moments["cancelled"], plan.moments["returned"])
    stuck = np.flatnonzero((plan.at(Milestone.DELIVERED) >= NEVER) & (ended >= NEVER))
    patience = rng.integers(DAY, 2 * DAY, plan.orders)
    plan.moments["cancelled"][stuck] = plan.at(Milestone.PLACED)[stuck] + patience[stuck]
    asked = np.flatnonzero(plan.moments["ticket_opened"] < NEVER)
    closed = plan.moments["ticket_opened"][asked] + patience[asked]
    plan.moments["ticket_closed"][asked] = np.minimum(plan.moments["ticket_closed"][asked], closed)


def numbered(feeds: Feeds, number: int) -> Feeds:
    """Return every plan numbers, buyers and addresses of its own."""
    quarter = QUARTERS[number // len(QUARTERS)] + QUARTERS[number % len(QUARTERS)]
    prefixes = {**dict.fromkeys(NUMBERS, f"{number:02}"), "buyer_id": f"B{number:02}", "street": quarter}
    return {
        feed: rows.with_columns(
            (pl.lit(prefix) + pl.col(column)).alias(column)
            for column, prefix in prefixes.items()
            if column in rows.columns
        )
        for feed, rows in feeds.items()
    }


def known_rows(feeds: Feeds, end: datetime) -> Feeds:
    """Return every row `known_at`: when an export has it first. What is not known at `end` is left out."""
    orders = feeds["storefront_orders"].filter(pl.col("placed_at").is_not_null())
    placed = orders.group_by("order_id", "buyer_id").agg(known_at=pl.col("placed_at").min())
    shipments = feeds["wms_shipments"].group_by("shipment_id").agg(known_at=pl.col("updated_at").min())
    returns, tickets = feeds["returns"], feeds["feedback"]
    asked = returns.filter(pl.col("updated_at") > pl.col("requested_at")).with_columns(
        status=pl.lit("requested"), updated_at="requested_at"
    )
    answered = tickets.filter(pl.col("closed_at").is_not_null())
    opened = tickets.with_columns(closed_at=pl.lit(None, pl.Datetime("us", "UTC")))
    updated = pl.col("updated_at")
    known = {
        "storefront_orders": orders.with_columns(known_at=updated),
        "storefront_order_lines": feeds["storefront_order_lines"].join(
            placed.drop("buyer_id"), on="order_id", how="inner"
        ),
        **{
            feed: feeds[feed].with_columns(known_at=updated)
            for feed in ("payments", "erp_orders", "wms_shipments")
        },
        "wms_shipment_lines": feeds["wms_shipment_lines"].join(shipments, on="shipment_id", how="inner"),
        "wms_stock": _stock_counts(feeds["wms_stock"], end),
        "tms_events": feeds["tms_events"].with_columns(known_at=pl.col("event_at")),
        "feedback": pl.concat(
            [opened.with_columns(known_at="opened_at"), answered.with_columns(known_at="closed_at")]
        ),
        "returns": pl.concat([asked, returns]).with_columns(known_at=updated),
        "customers": feeds["customers"].join(
            placed.group_by("buyer_id").agg(pl.col("known_at").min()), on="buyer_id", how="inner"
        ),
    }
    return {feed: rows.filter(pl.col("known_at") <= end) for feed, rows in known.items()}


def with_tick(feeds: Feeds, end: datetime) -> Feeds:
    """Give every row the number of the tick that is the first to see it; what lies before the day gets 0."""
    begin = as_of_tick(end, 0)
    ticks = ((pl.col("known_at") - begin).dt.total_microseconds() / (TICK / timedelta(microseconds=1))).ceil()
    return {
        feed: rows.with_columns(tick=ticks.clip(0).cast(pl.Int64)).sort("tick", "known_at", *rows.columns)
        for feed, rows in feeds.items()
    }


def _stock_counts(stock: pl.DataFrame, end: datetime) -> pl.DataFrame:
    """Let the warehouses count one day's stock again every few hours."""
    counts = stock.unique(["warehouse", "sku"], maintain_order=True)
    hours = pl.DataFrame({"back": range(0, 24 + STOCK_COUNT_HOURS, STOCK_COUNT_HOURS)})
    at = pl.lit(end) - pl.duration(hours="back")
    counted = counts.join(hours, how="cross").with_columns(counted_at=at.dt.convert_time_zone("UTC"))
    return counted.drop("back").with_columns(known_at="counted_at")


def with_bad_row(payments: pl.DataFrame) -> pl.DataFrame:
    """Put a payment after the others whose amount nobody can read, as exports have them now and then."""
    text = payments.with_columns(pl.col("amount").cast(pl.String))
    bad = text.tail(1).with_columns(payment_id="X" + pl.col("payment_id"), amount=pl.lit(NOT_A_NUMBER))
    return pl.concat([text, bad])


if __name__ == "__main__":
    main()
