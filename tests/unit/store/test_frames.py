"""Frames that SQL reads for a moment."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from orderhealth_pipeline.store.registered import registered


def test_a_frame_can_be_read_by_its_name_and_only_for_a_moment() -> None:
    with duckdb.connect() as con:
        with registered(con, "some_rows", pl.DataFrame({"a": [1, 2]})):
            assert con.execute("select sum(a) from some_rows").fetchall() == [(3,)]
        with pytest.raises(duckdb.CatalogException):
            con.execute("select sum(a) from some_rows")


def test_an_interruption_while_a_frame_is_read_stays_one() -> None:
    said = "reading the object registered as 'some_rows' as Arrow data failed: KeyboardInterrupt:"
    with (
        duckdb.connect() as con,
        pytest.raises(KeyboardInterrupt),
        registered(con, "some_rows", pl.DataFrame({"a": [1]})),
    ):
        raise duckdb.InvalidInputException(said)
