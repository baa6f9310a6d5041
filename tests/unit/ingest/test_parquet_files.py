"""Parquet files as other systems write them: odd names and types are read, or rejected, and stop nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.ingest_files import FeedFolder


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


def put(feeds: FeedFolder, **columns: Any) -> None:
    good = {"payment_id": ["P1", "P2"], "order_id": "O1", "amount": 1, "status": "succeeded"}
    pl.DataFrame({**good, **columns}).write_parquet(feeds.folder / "payments.parquet")


@pytest.mark.parametrize(
    "name", ["file_row_number", "FILE_ROW_NUMBER", "filename", "rowid", "wrong_types", "c1", "n1"]
)
def test_a_column_may_have_any_name(feeds: FeedFolder, name: str) -> None:
    columns: dict[str, Any] = {name: [7, 8], "amount": ["1", "nonsense"]}
    put(feeds, **columns)
    feeds.load()
    assert feeds.rows("payment_id") == [("P1",)]
    assert feeds.rejected("line, kind") == [(2, "unreadable_number")]


@pytest.mark.parametrize(
    ("dtype", "value"),
    [
        (pl.Float64, 2.0**53),
        (pl.Float64, 1234567890123456789.0),
        (pl.Float32, 2.0**24),
        (pl.Float32, 123456789.0),
        (pl.Float32, 1e20),
    ],
)
def test_floats_beyond_their_exact_range_are_no_identifiers(
    feeds: FeedFolder, dtype: Any, value: float
) -> None:
    put(feeds, order_id=pl.Series([7.0, value], dtype=dtype))
    feeds.load()
    assert feeds.rows("payment_id, order_id") == [("P1", "7")]
    assert feeds.rejected("line, kind, column_name") == [(2, "digits_lost", "order_id")]


def test_floats_within_it_are(feeds: FeedFolder) -> None:
    put(
        feeds,
        payment_id=pl.Series([2.0**53 - 1, 3.0]),
        order_id=pl.Series([2.0**24 - 1, 5], dtype=pl.Float32),
    )
    feeds.load()
    assert feeds.rows("payment_id, order_id") == [("9007199254740991", "16777215"), ("3", "5")]


def test_what_is_no_number_is_no_amount(feeds: FeedFolder) -> None:
    put(feeds, amount=pl.Series([float("inf"), float("nan")]))
    feeds.load()
    assert feeds.rejected("line, kind") == [(1, "unreadable_number"), (2, "unreadable_number")]


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (pl.Series([datetime(2026, 11, 10, 20, 0, 1)] * 2), datetime(2026, 11, 10, 12, 0, 1, tzinfo=UTC)),  # noqa: DTZ001
        (
            pl.Series([datetime(2026, 11, 10, 20, 0, 1, tzinfo=UTC)] * 2),
            datetime(2026, 11, 10, 20, 0, 1, tzinfo=UTC),
        ),
        (
            pl.Series([datetime(2026, 11, 10, 20)] * 2).cast(pl.Datetime("ns")),  # noqa: DTZ001
            datetime(2026, 11, 10, 12, tzinfo=UTC),
        ),
    ],
)
def test_instants_with_and_without_a_zone(feeds: FeedFolder, values: pl.Series, read: datetime) -> None:
    put(feeds, paid_at=values)
    feeds.load()
    assert feeds.rows("paid_at") == [(read,), (read,)]


def test_decimals_enums_and_row_groups(feeds: FeedFolder) -> None:
    number = 5_000
    frame = pl.DataFrame(
        {
            "payment_id": [f"P{n}" for n in range(number)],
            "order_id": pl.Series(range(number), dtype=pl.UInt64),
            "amount": pl.Series([Decimal("12.3456")] * number, dtype=pl.Decimal(38, 4)),
            "status": pl.Series(["succeeded"] * number, dtype=pl.Categorical),
        }
    )
    frame.write_parquet(feeds.folder / "payments.parquet", row_group_size=700)
    feeds.load()
    assert feeds.query("select count(*), min(amount), max(amount) from feeds.payments") == [
        (number, Decimal("12.3456"), Decimal("12.3456"))
    ]
    assert feeds.rejected() == []


def test_nested_columns_are_of_the_wrong_type_and_others_are_passed_over(feeds: FeedFolder) -> None:
    put(feeds, method=[["a"], None], extra=[{"a": 1}, {"a": 2}])
    feeds.load()
    assert feeds.rejected("line, kind, column_name") == [(1, "wrong_type", "method")]
    assert feeds.rows("payment_id") == [("P2",)]


def test_a_file_without_rows_is_a_feed_without_rows(feeds: FeedFolder) -> None:
    put(feeds)
    frame = pl.read_parquet(feeds.folder / "payments.parquet").clear()
    frame.write_parquet(feeds.folder / "payments.parquet")
    (loaded,) = feeds.load()
    assert (loaded.problem, loaded.rows) == (None, 0)


def test_rows_that_take_no_room_are_not_read(feeds: FeedFolder) -> None:
    rows = 20_000_000
    pl.select(pl.repeat("P1", rows).alias("payment_id")).write_parquet(
        feeds.folder / "payments.parquet", row_group_size=rows
    )
    feeds.load()
    assert feeds.rejected("kind") == [("too_large",)]


def test_a_name_that_is_no_utf8_is_read(feeds: FeedFolder) -> None:
    put(feeds)
    (feeds.folder / "payments.parquet").rename(feeds.folder / "payments_\udcd6.parquet")
    feeds.load()
    assert feeds.rows("payment_id") == [("P1",), ("P2",)]
