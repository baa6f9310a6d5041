"""Results as Delta tables: the published rows, and a version for each export that changed something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import DeltaTable

from orderhealth_pipeline.pipeline.written.export_results.results import DAYS, exported_tables
from tests.integration.cli.conftest import Call
from tests.integration.cli.test_export import change, published

TABLES = tuple(exported_tables())


def exported(orderhealth: Call, store: Path, out: Path) -> None:
    answer = orderhealth("export", "--store", store, "--out", out, "--format", "delta")
    assert answer.code == 0, answer.err


def rows_of(table: Path) -> pl.DataFrame:
    rows = pl.from_arrow(DeltaTable(table).to_pyarrow_table())
    assert isinstance(rows, pl.DataFrame)
    return rows


@pytest.fixture
def out(orderhealth: Call, own_store: Path, tmp_path: Path) -> Path:
    """A folder with the first export."""
    exported(orderhealth, own_store, tmp_path / "out")
    return tmp_path / "out"


@pytest.mark.parametrize("table", TABLES)
def test_a_table_reads_back_as_it_was_published(table: str, own_store: Path, out: Path) -> None:
    declared = exported_tables()[table]
    without = f"exclude ({', '.join(declared.without)})" if declared.without else ""
    expected = published(own_store, f"select * {without} from {table}")
    found = rows_of(out / table)
    assert found["date"].null_count() == 0
    assert found.height > 0
    assert found.select(expected.columns).sort(pl.all()).equals(expected.sort(pl.all()))


def test_an_export_is_one_version_of_the_days_that_changed(
    orderhealth: Call,
    own_store: Path,
    out: Path,
) -> None:
    table = DeltaTable(out / "order_fact")
    before = set(table.file_uris())
    exported(orderhealth, own_store, out)
    assert DeltaTable(out / "order_fact").version() == table.version() == 0
    change(
        own_store,
        "update working.orders set city = 'Lhasa' where placed_at = (select min(placed_at) from order_fact)",
    )
    exported(orderhealth, own_store, out)
    after = DeltaTable(out / "order_fact")
    replaced = {part.split("date=")[1].split("/")[0] for part in before - set(after.file_uris())}
    assert (after.version(), replaced) == (1, {str(rows_of(out / "order_fact")["date"].min())})
    assert rows_of(out / "order_fact").filter(city="Lhasa").height == 1
    assert not rows_of(out / "order_fact").select("order_id").is_duplicated().any()
    # Who reads an older version still can.
    table.load_as_version(0)
    assert table.to_pyarrow_table().num_rows == rows_of(out / "order_fact").height


def test_rows_that_are_gone_leave_and_what_died_before_it_was_remembered_is_written_again(
    orderhealth: Call,
    own_store: Path,
    out: Path,
) -> None:
    expected = rows_of(out / "findings").sort(pl.all())
    (out / "findings" / DAYS).unlink()
    change(own_store, "delete from cases")
    exported(orderhealth, own_store, out)
    assert rows_of(out / "cases").is_empty()
    assert rows_of(out / "findings").sort(pl.all()).equals(expected)


def test_a_column_that_is_new_is_there_and_the_files_are_their_owner_s(
    orderhealth: Call,
    own_store: Path,
    out: Path,
) -> None:
    change(own_store, "alter table cases add column mood varchar; update cases set mood = 'calm'")
    exported(orderhealth, own_store, out)
    assert set(rows_of(out / "cases")["mood"]) == {"calm"}
    assert all(file.stat().st_mode & 0o077 == 0 for file in out.rglob("*") if file.is_file())


@pytest.mark.parametrize(("first", "second"), [("parquet", "delta"), ("delta", "parquet")])
def test_a_folder_is_not_kept_in_two_ways(
    first: str,
    second: str,
    orderhealth: Call,
    own_store: Path,
    tmp_path: Path,
) -> None:
    call: tuple[Any, ...] = ("export", "--store", own_store, "--out", tmp_path / "two", "--format")
    assert orderhealth(*call, first).code == 0
    answer = orderhealth(*call, second)
    assert answer.code == 2
    assert str(tmp_path / "two" / "order_fact") in answer.err
    assert "Traceback" not in answer.err
