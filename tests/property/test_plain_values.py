"""Given plain values, one cast reads in each exactly what the careful macro reads.

Plain is a value in its form, and each of a column that is told to hold plain values alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhealth_pipeline.ingest.contracts import ColumnContract, FeedContract
from orderhealth_pipeline.ingest.staged import Staged
from orderhealth_pipeline.ingest.values.no_identifier import no_identifier
from orderhealth_pipeline.ingest.values.plain_columns import plain_columns
from orderhealth_pipeline.ingest.values.plain_values import plain_rows
from orderhealth_pipeline.ingest.values.typing import create_reading_macros, in_zone, typed_columns
from orderhealth_pipeline.words import Text
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
    system="wms", title=Text(zh="甲", en="A"), key=("required_identifier",), columns=COLUMNS
)


def written(form: str) -> st.SearchStrategy[str]:
    """Texts of a form; its digits are ASCII."""
    return st.from_regex(re.compile(form, re.ASCII), fullmatch=True)


NEAR_INSTANTS = written(
    r"[0129]\d{3}-[01]\d-[0-3]\d([T ][0-2]\d(:[0-6]\d){1,2}([.,]\d{1,9})?)?(Z|[+-][01]\d(:?[0-5]\d)?)?"
)
NEAR_LEAP_DAYS = written(r"[129][09]\d{2}-02-29(T12:00)?")
SPREADSHEET_INSTANTS = written(r"20[02]\d/[01]?\d/[0-3]?\d [0-2]?\d:[0-6]\d(:[0-6]\d)?")
PROTECTED = written(r"[=\'`]?[\"\u200b]?([A-Z#]|[0-9]{1,3})[.+, #e]?(0|[eE]\+?5)?[\"\u200e]?")
NEAR_NO_TIME = st.sampled_from(
    [
        "1970-01-01T00:00:00Z",
        "2000-01-01 00:00:00",
        "2000-01-01",
        "1899-12-31",
        "0",
        "1753-01-01",
        "1999-12-31T16:00Z",
    ]
)
NEAR_NUMBERS = written(r"[+-]?[09]{0,16}(\.[059]{0,18})?([eE][+-]?\d{1,2})?")
WORDS = st.sampled_from(
    ["paid", "PAID", " to_ship", "支付", "x\x1fy", "true", "1", "t", "2.02611E+17", "1e5"]
)
DAYS = written(r"[0-29]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)")
HOURS = written(r"[1-29]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|2[0-8])[T ]([01]\d|2[0-3])")
MINUTES = st.sampled_from([":00:00", ":59:59", ":00", ":00:00.5", ":00:00.123456", ":00:00,5", "0000", ""])
ZONES = st.sampled_from(["+08:00", "Z", "+08", "-1130", "+14:00", "+15:00", "+23:59", ""])
COLUMNS_OF_VALUES = st.one_of(
    st.builds(lambda hours, *end: [hour + "".join(end) for hour in hours], st.lists(HOURS), MINUTES, ZONES),
    st.lists(written(r"-?\d{0,14}\.?\d{0,5}")),
    st.lists(DAYS),
    st.lists(st.sampled_from(["true", "false", "0", "1", "t"])),
    st.lists(PROTECTED),
    st.lists(NEAR_NO_TIME),
    st.lists(
        st.sampled_from([*no_identifier().spellings, "nUll", "N1", "无1", "-1", "NO-5", "un", "N", "(1"])
    ),
    st.lists(st.text("aA中 \t\x1f\u3000+1e", max_size=5)),
)
VALUES = st.one_of(
    st.none(),
    NEAR_INSTANTS,
    SPREADSHEET_INSTANTS,
    PROTECTED,
    NEAR_NO_TIME,
    NEAR_LEAP_DAYS,
    NEAR_NUMBERS,
    WORDS,
    st.text(max_size=6),
)


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
            select {column.text}, {column.read}, {macro.read}, {macro.says_none or "false"}
            from (select staged.*, {macro.written} as {macro.name} from {relation}) as written,
                lateral (select written.* exclude ({macro.name})) as staged
            where regexp_full_match(concat({column.text}), '{column.form}')
            """
        for text, read, expected, says_none in con.execute(query, {"values": values}).fetchall():
            assert read == expected, (column.name, text)
            assert read is not None or not text or says_none, (column.name, text)


@given(values=COLUMNS_OF_VALUES, is_null_added=st.booleans())
def test_values_of_plain_columns_are_good_and_mean_what_the_macro_reads(
    con: duckdb.DuckDBPyConnection, values: list[str | None], is_null_added: bool
) -> None:
    texts = [*values, None] if is_null_added else values
    names = tuple(COLUMNS)
    records = pa.table(
        {f"c{number}": pa.array(texts, pa.large_string()) for number in range(1, len(names) + 1)}
    )
    told = plain_columns(CONTRACT, names, records)
    staged = Staged(columns=names)
    rows = plain_rows(CONTRACT, staged, told).columns
    for column, macro in zip(rows, typed_columns(CONTRACT, staged), strict=True):
        assert (column.name in told) == (column.form is None)
        if column.name not in told:
            continue
        query = f"""
            select {macro.raw}, {column.read}, {macro.read}, {macro.says_none or "false"}
            from (select *, {macro.written} as {macro.name} from records as staged) as written,
                lateral (select written.* exclude ({macro.name})) as staged
            """
        for text, read, expected, says_none in con.execute(query).fetchall():
            assert read == expected, (column.name, text)
            assert read is not None or not text or says_none, (column.name, text)
            assert read is not None or not macro.is_required, column.name


@pytest.mark.parametrize(("name", "first"), [("day", 1920), ("instant", 2004)])
def test_leap_days_are_plain(con: duckdb.DuckDBPyConnection, name: str, first: int) -> None:
    forms = {column.name: column.form for column in plain_rows(CONTRACT, Staged(tuple(COLUMNS))).columns}
    days = [f"{year}-02-29" for year in range(1920, 2048)]
    query = "select day from unnest($days) as days(day) where regexp_full_match(day, $form)"
    plain = con.execute(query, {"days": days, "form": forms[name]}).fetchall()
    assert [int(day[:4]) for (day,) in plain] == list(range(first, 2048, 4))
