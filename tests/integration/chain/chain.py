"""What the tests of the chain share: running it on files, and looking at every table of a store."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb

from orderhealth_pipeline.commands.run import as_json_object
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings

TABLES: Final = (
    "order_fact",
    "findings",
    "rule_results",
    "health_score",
    "score_attribution",
    "system_funnel",
    "top_orders",
    "alerts",
    "deliveries",
    "rejected_rows",
    "source_freshness",
    "unknown_words",
)

Rows = list[tuple[Any, ...]]


def run_chain(
    feeds: Path,
    store: Path,
    as_of: datetime,
    settings: Settings | None = None,
    *,
    records_past: bool = False,
) -> dict[str, Any]:
    """Run everything once and give the object that `--json` prints, without the seconds."""
    plan = plan_run(
        (settings or Settings()).model_copy(update={"store": store}),
        feeds_folder=feeds,
        records_past=records_past,
    )
    printed = as_json_object(run_pipeline(plan, as_of, StageTimes(lambda: 0.0)), {}, "zh")
    del printed["seconds"]
    return printed


def rows_of(store: Path, query: str) -> Rows:
    """The rows of a query over a store, sorted."""
    with duckdb.connect(str(store), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        return sorted(con.execute(query).fetchall(), key=repr)


def tables_of(store: Path) -> dict[str, Rows]:
    """Every row of every table that others may read, and how many versions of rows are kept of each feed."""
    tables = {table: rows_of(store, f"select * from {table}") for table in TABLES}
    kept = rows_of(
        store, "select table_name, estimated_size from duckdb_tables() where schema_name = 'feeds'"
    )
    return {**tables, "feeds": kept}


def outcome_of(store: Path) -> dict[str, Rows]:
    """What pieces must lead to as well: order_fact, the open and explained findings, and the newest score."""
    return {
        "order_fact": rows_of(store, "select * from order_fact"),
        "findings": rows_of(
            store,
            "select order_id, rule_id, stage, severity, state, explained_by, evidence "
            "from findings where state <> 'resolved'",
        ),
        "score": rows_of(store, "select * from health_score order by as_of desc limit 1"),
        "attribution": rows_of(
            store, "select * from score_attribution where as_of = (select max(as_of) from health_score)"
        ),
    }


def deal_out(feeds: Path, folder: Path, pieces: int, seed: int) -> Iterator[int]:
    """Deal the rows of all feeds at random to files that arrive one by one; give each piece's number."""
    chance = random.Random(seed)
    dealt: dict[tuple[str, int], list[list[str]]] = {}
    headers: dict[str, list[str]] = {}
    for feed in feed_contracts():
        with (feeds / f"{feed}.csv").open(encoding="utf-8", newline="") as stream:
            headers[feed], *rows = csv.reader(stream)
        for row in rows:
            dealt.setdefault((feed, chance.randrange(pieces)), []).append(row)
    folder.mkdir()
    for piece in chance.sample(range(pieces), pieces):
        for feed, header in headers.items():
            if rows_of_piece := dealt.get((feed, piece)):
                with (folder / f"{feed}_{piece}.csv").open("w", encoding="utf-8", newline="") as stream:
                    csv.writer(stream).writerows([header, *rows_of_piece])
        yield piece


def instants_up_to(last: datetime, number: int) -> list[datetime]:
    """Increasing instants of which the last one is given, seven hours apart."""
    return [last - timedelta(hours=7) * back for back in reversed(range(number))]
