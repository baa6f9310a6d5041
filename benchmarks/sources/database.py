"""How long orders take from a database into the store, compared with the same rows as a CSV file.

What belongs here: the rows, the two ways in turn, and the ratio. What does not: a server.

    .venv/bin/python -m benchmarks.sources.database --url postgresql://me@127.0.0.1/scratch --orders 1000000

The account may create a table, which is dropped again. Fails where the database takes more than ALLOWED times
as long.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

import psycopg

from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import ingest_only
from orderhealth_pipeline.settings import Settings, read_settings
from orderhealth_pipeline.sources.pull import pull_source

ALLOWED: Final = 1.3
NOW: Final = datetime(2026, 11, 10, 4, tzinfo=UTC)
_TABLE: Final = "orderhealth_benchmark_orders"
_ROWS: Final = """
create table {table} as
select
    'O' || (10000000 + n) as order_id, 'shop ' || n % 7 as shop, 'U' || n % 300000 as buyer_id,
    timestamptz '2026-11-09 00:00:00+08' + n * interval '80 ms' as placed_at, 'paid' as status,
    round((n::bigint * 7919 % 100000)::numeric / 100, 2) as amount, 'CNY' as currency,
    '收货人' || n % 5000 as receiver,
    '138' || lpad((n % 100000000)::text, 8, '0') as phone, '广东省' as province, '深圳市' as city,
    '南山区' as district, '科技路' || n % 9999 || '号' as street,
    timestamptz '2026-11-09 00:00:00+08' + n * interval '80 ms' as updated_at
from generate_series(1, {orders}) as n
"""
_CONFIGURATION: Final = """
sources:
  shop:
    type: sql
    url: "{url}"
    landing: landing
    tables:
      storefront_orders: {{table: {table}, watermark: updated_at}}
feeds:
  storefront_orders: {{path: {path}}}
"""


def main() -> None:
    """Measure both ways in turn, and print seconds and ratio."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--url", required=True)
    arguments.add_argument("--orders", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    with psycopg.connect(asked.url, autocommit=True) as con, tempfile.TemporaryDirectory() as folder:
        con.execute(f"drop table if exists {_TABLE}".encode())
        con.execute(_ROWS.format(table=_TABLE, orders=asked.orders).encode())
        con.execute(f"create index on {_TABLE} (updated_at)".encode())
        try:
            ratio = _compared(con, asked.url, Path(folder), asked.rounds)
        finally:
            con.execute(f"drop table {_TABLE}".encode())
    if ratio > ALLOWED:
        sys.exit(f"The database takes {ratio:.2f} times as long; {ALLOWED} are allowed.")


def _compared(con: psycopg.Connection[object], url: str, folder: Path, rounds: int) -> float:
    file = folder / "csv" / "storefront_orders.csv"
    file.parent.mkdir()
    con.execute(b"set timezone = 'UTC'")
    export = f"copy {_TABLE} to stdout (format csv, header)".encode()
    with con.cursor() as cursor, file.open("wb") as stream, cursor.copy(export) as copy:
        stream.writelines(bytes(record) for record in copy)
    figures: dict[str, list[tuple[float, float]]] = {"csv": [], "pull": [], "landed": []}
    for number in range(rounds):
        place = folder / str(number)
        place.mkdir()
        from_csv = _settings(place, url, "csv", file.parent)
        figures["csv"].append(_seconds(_ingest, from_csv))
        from_database = _settings(place, url, "database", place / "landing")
        figures["pull"].append(_seconds(_pull, from_database))
        figures["landed"].append(_seconds(_ingest, from_database))
    wall, processor = (
        {name: median(each[place] for each in measured) for name, measured in figures.items()}
        for place in (0, 1)
    )
    print("| | pull | ingest landed | ingest CSV | ratio |")
    print("| --- | ---: | ---: | ---: | ---: |")
    ratios = []
    for what, found in (("seconds", wall), ("processor seconds", processor)):
        ratios.append((found["pull"] + found["landed"]) / found["csv"])
        cells = [f"{found[name]:.1f}" for name in ("pull", "landed", "csv")]
        print(f"| {what} | {' | '.join(cells)} | {ratios[-1]:.2f} |")
    return ratios[0]


def _settings(place: Path, url: str, name: str, path: Path) -> Settings:
    file = place / f"{name}.yml"
    text = _CONFIGURATION.format(url=url, table=_TABLE, path=path)
    file.write_text(f"store: {name}.duckdb\n{text}", encoding="utf-8")
    return read_settings(file, {})


def _pull(settings: Settings) -> None:
    result = pull_source(settings, "shop", now=NOW, sleep=time.sleep)
    if result.trouble is not None:
        sys.exit(str(result.trouble))


def _ingest(settings: Settings) -> None:
    ingest_only(plan_run(settings), NOW, ["storefront_orders"])


def _seconds(work: Callable[[Settings], None], settings: Settings) -> tuple[float, float]:
    began, processor = time.perf_counter(), time.process_time()
    work(settings)
    return time.perf_counter() - began, time.process_time() - processor


if __name__ == "__main__":
    main()
