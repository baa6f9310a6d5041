"""How long the rows of a database take until they are evaluated, against the same rows as a CSV file.

What belongs here: making the rows, and what both ways take. What does not: the server; any PostgreSQL with an
empty database will do. Processor seconds are those of this program, without the server's.

    .venv/bin/python -m benchmarks.sources.databases --url postgresql://me@127.0.0.1/empty --rows 1000000

Fails where pull and run together take more processor seconds than ALLOWED times those of the run on the file:
seconds on the clock tell nothing where others use the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import psycopg

Taken = tuple[float, float]
"""Seconds on the clock, and of the processor."""

ALLOWED: Final = 1.3
_AS_OF: Final = "2026-11-10T12:00:00Z"
_TABLE: Final = """
create table orders as
select 'T' || lpad(n::text, 12, '0') as order_id, 'shop-' || n % 3 as shop, 'b-' || n % 300000 as buyer_id,
    timestamptz '2026-11-01 00:00:00+00' + n * interval '0.7 seconds' as placed_at, 'to_ship' as status,
    (10 + n % 990)::numeric(18, 2) as amount, 'CNY' as currency, 'name ' || n % 5000 as receiver,
    '138' || lpad((n % 90000000)::text, 8, '0') as phone, 'Zhejiang' as province, 'Hangzhou' as city,
    'Xihu' as district, n % 900 || ' Wensan Road, block ' || n % 40 || ', room ' || n % 1200 as street,
    timestamptz '2026-11-01 00:01:00+00' + n * interval '0.7 seconds' as updated_at
from generate_series(1, %(rows)s) as n
"""
_SOURCE: Final = """
feeds: {{storefront_orders: {{source: shop}}}}
sources:
  shop: {{type: sql, url: "{url}", tables: {{storefront_orders: {{table: orders, watermark: updated_at}}}}}}
"""
_FILE: Final = "feeds: {storefront_orders: {path: feeds}}\n"


def main() -> None:
    """Make the rows, go both ways in turn, and print the seconds."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--url", required=True)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=2)
    asked = arguments.parse_args()
    taken: dict[str, list[Taken]] = {"file": [], "pull": [], "run": []}
    with tempfile.TemporaryDirectory() as folder:
        exported = Path(folder) / "orders.csv"
        _make(asked.url, asked.rows, exported)
        for number in range(asked.rounds):
            home = Path(folder) / f"file-{number}"
            (home / "feeds").mkdir(parents=True)
            (home / "orderhealth.yml").write_text(_FILE, encoding="utf-8")
            os.link(exported, home / "feeds" / "storefront_orders.csv")
            taken["file"].append(_call(home, "run", "--as-of", _AS_OF, "--json"))
            home = Path(folder) / f"database-{number}"
            home.mkdir()
            (home / "orderhealth.yml").write_text(_SOURCE.format(url=asked.url), encoding="utf-8")
            taken["pull"].append(_call(home, "pull"))
            taken["run"].append(_call(home, "run", "--as-of", _AS_OF, "--json"))
    ratios = [_ratio(taken, place) for place in (0, 1)]
    print(json.dumps({"rows": asked.rows, "clock_and_processor": taken, "ratios": ratios}))
    if ratios[1] > ALLOWED:
        sys.exit(f"The database takes {ratios[1]:.2f} times the file; {ALLOWED} are allowed.")


def _ratio(taken: dict[str, list[Taken]], place: int) -> float:
    pulls, runs, files = ([each[place] for each in taken[name]] for name in ("pull", "run", "file"))
    both = statistics.median(map(sum, zip(pulls, runs, strict=True)))
    return round(both / statistics.median(files), 2)


def _make(url: str, rows: int, exported: Path) -> None:
    """Make the table with an index on its watermark, and the same rows as a file."""
    with psycopg.connect(url, autocommit=True) as con, exported.open("wb") as file:
        con.execute("set timezone = 'UTC'")
        con.execute("drop table if exists orders")
        con.execute(psycopg.sql.SQL(_TABLE.replace("%(rows)s", "{}")).format(rows))
        con.execute("create index on orders (updated_at)")
        with con.cursor() as cursor, cursor.copy("copy orders to stdout (format csv, header)") as copy:
            for piece in copy:
                file.write(piece)


def _call(home: Path, *words: str) -> Taken:
    """Call the program in a folder, and return the seconds on the clock and of the processor."""
    began, used = time.perf_counter(), _used()
    call = [sys.executable, "-m", "orderhealth_pipeline.cli", *words]
    subprocess.run([*call, "--config", str(home / "orderhealth.yml")], check=True, stdout=subprocess.DEVNULL)
    return round(time.perf_counter() - began, 2), round(_used() - used, 2)


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
