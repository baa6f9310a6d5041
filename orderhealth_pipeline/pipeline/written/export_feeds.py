"""What counts of every feed at an instant, as partitioned Parquet.

What belongs here: the files and how they are cut. What does not: which rows count (store/rows/visible.py).

A feed is a folder of `bucket=N` folders. Every row stands in one file. Its bucket is that of the key by which
its records find their orders, so the records of one order, and of one waybill, are in one bucket.
`_feeds.json` says what there is, and is written last.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.written.put_in_place import put_in_place
from orderhealth_pipeline.store.file.files import fresh_path, private_files
from orderhealth_pipeline.store.rows.slices import Through, found_through
from orderhealth_pipeline.store.rows.visible import copy_rows, provided_columns

ORDERS_A_BUCKET: Final = 50_000
"""About so many orders' records are one part of the work of a distributed engine: some 100 MB."""

CONTENT: Final = "_feeds.json"


@dataclass(frozen=True)
class ExportedFeed:
    """One feed: its folder, its rows, the column whose hash is the bucket, and how records find orders."""

    folder: Path
    rows: int
    by: str
    through: Through | None


def export_feeds(
    con: duckdb.DuckDBPyConnection,
    plan: RunPlan,
    as_of: datetime,
    out: Path,
    feeds: Collection[str] | None = None,
    orders_a_bucket: int | None = None,
) -> dict[str, ExportedFeed]:
    """Write some of the loaded feeds, else all of them, below `out`; what stood there of them is replaced.

    Raises OSError.
    """
    loaded = [each for each in plan.contracts if each in provided_columns(con)]
    asked = loaded if feeds is None else [each for each in loaded if each in feeds]
    through = {each.feed: each for each in found_through(plan.contracts, loaded)}
    ((orders,),) = sql.run(con, "ingest/typed_rows/count_rows", table="feeds.storefront_orders")
    buckets = max(1, math.ceil(orders / (orders_a_bucket or ORDERS_A_BUCKET)))
    with private_files():
        out.mkdir(parents=True, exist_ok=True)
        done = {}
        for feed in asked:
            contract = plan.contracts[feed]
            by = through[feed].by if feed in through else _own_key(contract)
            rows = _write(con, feed, contract, as_of, out / feed, (by, buckets))
            done[feed] = ExportedFeed(out / feed, rows, by, through.get(feed))
        content = {
            "as_of": as_of.isoformat(),
            "buckets": buckets,
            "feeds": {name: {"rows": each.rows, "bucket_by": each.by} for name, each in done.items()},
        }
        put_in_place(out / CONTENT, json.dumps(content, indent=1).encode())
    return done


def _own_key(contract: FeedContract) -> str:
    return "order_id" if "order_id" in contract.columns else contract.key[0]


def _write(
    con: duckdb.DuckDBPyConnection,
    feed: str,
    contract: FeedContract,
    as_of: datetime,
    folder: Path,
    cut: tuple[str, int],
) -> int:
    """Write one feed under another name and put it in place; return its rows."""
    fresh = fresh_path(folder)
    shutil.rmtree(fresh, ignore_errors=True)
    rows = copy_rows(con, feed, contract, as_of, fresh, cut)
    # DuckDB makes no folder for no rows.
    fresh.mkdir(exist_ok=True)
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)
    return rows
