"""Results as Parquet by day: what is published, whole, and only what changed is written again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from orderhealth_pipeline.pipeline.written.export_results.parquet_days import FILE
from orderhealth_pipeline.pipeline.written.export_results.results import exported_tables
from tests.integration.cli.conftest import Call

TABLES = tuple(exported_tables())


def exported(orderhealth: Call, own_store: Path, out: Path) -> dict[str, Any]:
    answer = orderhealth("export", "--store", own_store, "--out", out, "--json")
    assert answer.code == 0, answer.err
    done: dict[str, Any] = json.loads(answer.out)
    return done


def published(own_store: Path, query: str) -> pl.DataFrame:
    with duckdb.connect(str(own_store.with_suffix(".published.duckdb"))) as con:
        con.execute("set timezone = 'UTC'")
        rows: pl.DataFrame = con.sql(query).pl()
    return rows


def change(own_store: Path, statement: str) -> None:
    with duckdb.connect(str(own_store.with_suffix(".published.duckdb"))) as con:
        con.execute(statement)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_reads_back_as_it_was_published(
    table: str, orderhealth: Call, own_store: Path, tmp_path: Path
) -> None:
    counts = exported(orderhealth, own_store, tmp_path / "out")
    declared = exported_tables()[table]
    without = f"exclude ({', '.join(declared.without)})" if declared.without else ""
    expected = published(own_store, f"select * {without} from {table}")
    found = pl.read_parquet(tmp_path / "out" / table / "*" / FILE, hive_partitioning=False)
    assert counts[table]["rows"] == expected.height > 0
    assert found.select(expected.columns).sort(pl.all()).equals(expected.sort(pl.all()))


def test_days_are_those_of_the_store_s_zone_and_files_are_their_owner_s(
    orderhealth: Call, own_store: Path, tmp_path: Path
) -> None:
    exported(orderhealth, own_store, tmp_path / "out")
    expected = published(
        own_store,
        "select strftime(timezone('Asia/Shanghai', placed_at), '%Y-%m-%d') as day, count(*) as rows "
        "from order_fact group by all",
    )
    found = {
        file.parent.name: pl.read_parquet(file).height
        for file in (tmp_path / "out" / "order_fact").glob(f"*/{FILE}")
    }
    assert found == {f"date={day}": rows for day, rows in expected.rows()}
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "out").rglob(FILE))


def test_only_days_that_changed_are_written_again(orderhealth: Call, own_store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    exported(orderhealth, own_store, out)
    assert all(each["written"] == 0 for each in exported(orderhealth, own_store, out).values())
    change(
        own_store,
        "update working.orders set city = 'Lhasa' where placed_at = (select min(placed_at) from order_fact)",
    )
    again = exported(orderhealth, own_store, out)
    assert {name: each["written"] for name, each in again.items() if each["written"]} == {"order_fact": 1}


def test_days_that_are_gone_are_removed_and_files_that_are_gone_are_written(
    orderhealth: Call, own_store: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    exported(orderhealth, own_store, out)
    first = min((out / "order_fact").glob("date=*"))
    (first / FILE).unlink()
    assert exported(orderhealth, own_store, out)["order_fact"]["written"] == 1
    change(own_store, "delete from cases")
    gone = exported(orderhealth, own_store, out)["cases"]
    assert (gone["rows"], gone["removed"] > 0) == (0, True)
    assert not list((out / "cases").glob("date=*"))
