"""Given a value in a plain form, one cast reads in it exactly what the careful macro reads."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.ingest.contracts import ColumnContract, FeedContract, FeedTitle
from orderhealth_pipeline.ingest.plain_values import plain_rows
from orderhealth_pipeline.ingest.staged import Staged
from orderhealth_pipeline.ingest.typing import create_reading_macros, in_zone, typed_columns
from tests.ingest_files import SHANGHAI

COLUMNS = {
    "required_identifier": ColumnContract(type="identifier", required=True),
    "identifier": ColumnContract(type="identifier"),
    "text": ColumnContract(type="text"),
    "status": ColumnContract(type="status", words=("paid", "to_ship")),
    "instant": ColumnContract(type="instant"),
    "amount": ColumnContract(type="amount"),
    "flag": ColumnContract(type="flag"),
    "day": ColumnContract(type="day"),
}
CONTRACT = FeedContract(
    system="wms", title=FeedTitle(zh="甲", en="A"), key=("required_identifier",), columns=COLUMNS
)
NEAR_INSTANTS = st.from_regex(
    r"[0129]\d{3}-[01]\d-[0-3]\d([T ][0-2]\d(:[0-6]\d){1,2}([.,]\d{1,9})?)?(Z|[+-][01]\d(:?[0-5]\d)?)?",
    fullmatch=True,
)
NEAR_LEAP_DAYS = st.from_regex(r"[129][09]\d{2}-02-29(T12:00)?", fullmatch=True)
NEAR_NUMBERS = st.from_regex(r"[+-]?[09]{0,16}(\.[059]{0,18})?([eE][+-]?\d{1,2})?", fullmatch=True)
WORDS = st.sampled_from(
    ["paid", "PAID", " to_ship", "支付", "x\x1fy", "true", "1", "t", "2.02611E+17", "1e5"]
)
VALUES = st.one_of(st.none(), NEAR_INSTANTS, NEAR_LEAP_DAYS, NEAR_NUMBERS, WORDS, st.text(max_size=6))


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        create_reading_macros(con)
        with in_zone(con, SHANGHAI):
            yield con


@given(values=st.lists(VALUES, min_size=1, max_size=40))
def test_plain_values_are_good_and_mean_what_the_macro_reads(
    con: duckdb.DuckDBPyConnection, values: list[str | None]
) -> None:
    names = tuple(COLUMNS)
    staged = Staged(columns=names)
    careful = typed_columns(CONTRACT, staged)
    plain = plain_rows(CONTRACT, staged).columns
    as_columns = ", ".join(f"value as c{number}" for number in range(1, len(names) + 1))
    relation = f"(select {as_columns} from (select unnest($values::varchar[]) as value)) as staged"
    for column, macro in zip(plain, careful, strict=True):
        query = f"""
            select {column.text}, {column.read}, {macro.read} from {relation}
            where regexp_full_match(concat({column.text}), '{column.form}')
            """
        for text, read, expected in con.execute(query, {"values": values}).fetchall():
            assert read == expected, (column.name, text)
            assert read is not None or not text, (column.name, text)


@pytest.mark.parametrize("name", ["day", "instant"])
def test_leap_days_are_plain(con: duckdb.DuckDBPyConnection, name: str) -> None:
    forms = {column.name: column.form for column in plain_rows(CONTRACT, Staged(tuple(COLUMNS))).columns}
    days = [f"{year}-02-29" for year in range(1920, 2048)]
    query = "select day from unnest($days) as days(day) where regexp_full_match(day, $form)"
    plain = con.execute(query, {"days": days, "form": forms[name]}).fetchall()
    assert [int(day[:4]) for (day,) in plain] == list(range(1920, 2048, 4))
