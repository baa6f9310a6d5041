"""What counts of every feed as Parquet by buckets, and what a run says of engines that it cannot use."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import duckdb
import polars as pl

from tests.integration.cli.conftest import Call

LATE = "2027-01-01T00:00:00+08:00"


def test_every_row_that_counts_stands_in_one_file_beside_its_order(
    orderhealth: Call, store: Path, tmp_path: Path
) -> None:
    out = tmp_path / "feeds"
    # What stood there of an earlier export is replaced.
    for orders_a_bucket in (1_000_000, 20):
        answer = orderhealth(
            "export-feeds", "--store", store, "--out", out, "--as-of", LATE, "--ahead",
            "--orders-a-bucket", orders_a_bucket, "--json",
        )  # fmt: skip
        assert answer.code == 0, answer.err
    done = json.loads(answer.out)
    content = json.loads((out / "_feeds.json").read_text(encoding="utf-8"))
    assert content["feeds"] == done
    assert content["buckets"] > 1
    read = {feed: pl.read_parquet(out / feed / "*" / "*.parquet", hive_partitioning=True) for feed in done}
    with duckdb.connect(str(store), read_only=True) as con:
        keys = con.execute("select count(distinct order_id) from feeds.storefront_orders").fetchone()
    assert {feed: frame.height for feed, frame in read.items()} == {
        feed: each["rows"] for feed, each in done.items()
    }
    assert keys == (read["storefront_orders"].height,)
    bucket_of = dict(read["storefront_orders"].select("order_id", "bucket").rows())
    for order_id, bucket in read["payments"].select("order_id", "bucket").rows():
        assert bucket_of.get(order_id, bucket) == bucket
    files = list(out.rglob("*.parquet"))
    assert {stat.S_IMODE(file.stat().st_mode) & 0o077 for file in files} == {0}


def test_engines_that_cannot_be_used_are_told_with_the_way_out(
    orderhealth: Call, store: Path, tmp_path: Path
) -> None:
    def refused(*options: str) -> str:
        answer = orderhealth("run", "--feeds", tmp_path, "--store", store, *options)
        assert answer.code == 2
        return answer.err

    assert "--engine spark" in refused("--full", "--remote", "sc://127.0.0.1:1")
    assert "nobody answers" in refused("--full", "--engine", "spark", "--remote", "sc://127.0.0.1:1")
    assert "sc://HOST:PORT" in refused("--engine", "spark", "--remote", "127.0.0.1:15002")
