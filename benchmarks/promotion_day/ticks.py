"""A day of a shop, tick by tick in simulated time: load, evaluate, tell.

What belongs here: the shop's configuration, and the ticks. What does not: the records (day.py), and what is
made of the messages (figures.py).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from benchmarks.promotion_day.day import DAY, Feeds, World
from orderhealth_pipeline.pipeline.load_sources import load_feeds
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.pipeline.run import evaluate_store
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.respond.channels.registry import build_channels
from orderhealth_pipeline.respond.outbox import deliver_pending
from orderhealth_pipeline.settings import read_settings
from orderhealth_pipeline.store.file.connection import open_store, transaction

CHANNELS: Final = {
    "warehouse": ("warehouse_supervisor",),
    "service": ("logistics_service", "order_service", "after_sales_lead"),
    "systems": ("integration_owner", "data_team"),
    "office": ("head_of_operations", "risk_desk", "merchandising", "finance"),
}
"""The channels of the shop, and the roles behind each: the office hears of the score, systems of sources."""

_ASKS: Final = {"head_of_operations": "score", "integration_owner": "sources"}


def run_day(world: World, work: Path, every: timedelta, begin: timedelta = DAY) -> Path:
    """Run the last `begin` of a world's time, and return the store."""
    plan = _open_shop(work)
    feeds, start = plan.sources["storefront_orders"].path, world.end - begin
    if feeds is None:
        raise ValueError("a folder of feeds is expected")
    with open_store(plan.store) as con:
        for as_of, rows in _ticks(world, start, every):
            _write(rows, feeds, as_of)
            with transaction(con):
                loaded = load_feeds(con, plan, as_of)
                evaluate_store(con, plan, as_of, StageTimes(time.perf_counter), loaded)
            _deliver(con, plan, as_of)
            # What is loaded is in the store: fewer files are looked through by every later tick.
            shutil.rmtree(feeds)
            feeds.mkdir()
            (feeds / "customers_0.csv").write_text("buyer_id\n", "utf-8")
    return plan.store


def _ticks(
    world: World, start: datetime, every: timedelta
) -> Iterator[tuple[datetime, dict[str, pl.DataFrame]]]:
    """Return what becomes known up to each tick; the first one knows everything before."""
    before, as_of = datetime(1970, 1, 1, tzinfo=UTC), start
    while as_of <= world.end:
        yield (
            as_of,
            {
                feed: rows.filter(pl.col("known_at") > before, pl.col("known_at") <= as_of)
                for feed, rows in world.feeds.items()
            },
        )
        before, as_of = as_of, as_of + every


def _write(feeds: Feeds, folder: Path, as_of: datetime) -> None:
    for feed, rows in feeds.items():
        if rows.height:
            name = f"{feed}_{as_of.astimezone(UTC):%Y%m%dT%H%M}.csv"
            rows.drop("known_at").write_csv(folder / name, datetime_format="%Y-%m-%dT%H:%M:%S%:z")


def _deliver(con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime) -> None:
    deliver_pending(
        lambda: nullcontext(con),
        build_channels(plan.settings.channels),
        clock=lambda: as_of,
        sleep=lambda _: None,
    )


def _open_shop(work: Path) -> RunPlan:
    shutil.copytree(expectations_folder(), work / "expectations")
    owners = (work / "expectations" / "owners.yml").read_text("utf-8")
    for channel, roles in CHANNELS.items():
        for role in roles:
            asks = f"    asks: [{_ASKS[role]}]\n" if role in _ASKS else ""
            owners = owners.replace(f"  {role}:\n", f"  {role}:\n    channels: [{channel}]\n{asks}")
    (work / "expectations" / "owners.yml").write_text(owners, "utf-8")
    (work / "feeds").mkdir()
    channels = "".join(f"  - {{type: file, name: {name}, url: {name}.jsonl}}\n" for name in CHANNELS)
    (work / "orderhealth.yml").write_text(
        f"expectations: expectations\nfeeds:\n{_feeds()}channels:\n{channels}", "utf-8"
    )
    return plan_run(read_settings(work / "orderhealth.yml", {}))


def _feeds() -> str:
    expected = {"erp_orders": ", expected_every: 1h"}
    from orderhealth_pipeline.ingest.contracts import feed_contracts

    return "".join(f"  {feed}: {{path: feeds{expected.get(feed, '')}}}\n" for feed in feed_contracts())
