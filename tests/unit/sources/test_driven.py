"""Given SQL Server or Oracle, statements are theirs, values are text to the last digit, drivers are named.

No server of either stands here: what they answer to these statements is not tested.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from orderhealth_pipeline.settings.sources import SqlTable
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.sql.database import Snapshot, snapshot
from orderhealth_pipeline.sources.sql.driven import as_text, record
from orderhealth_pipeline.sources.sql.oracle import OracleSnapshot
from orderhealth_pipeline.sources.sql.sqlserver import SqlServerSnapshot
from orderhealth_pipeline.sources.sql.window import bound_of, window

TABLE = SqlTable(table="shop.orders", watermark="updated_at")
OPENED = {"mssql": SqlServerSnapshot(None), "oracle": OracleSnapshot(None)}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        (True, "true"),
        (12, "12"),
        (Decimal("12.10"), "12.10"),
        (Decimal("1E+20"), "100000000000000000000"),
        (Decimal("NaN"), "NaN"),
        (datetime(2026, 11, 10, 8, 0, 0, 123_000, tzinfo=UTC), "2026-11-10 08:00:00.123000+00:00"),
        (datetime(2026, 11, 10, 8, 0, tzinfo=timezone(timedelta(hours=8))), "2026-11-10 08:00:00+08:00"),
        (date(2026, 11, 10), "2026-11-10"),
        (b"\x00\xff", "00ff"),
    ],
)
def test_values_are_text_to_the_last_digit(value: object, text: str | None) -> None:
    assert as_text(value) == text


def test_a_record_tells_null_from_an_empty_text() -> None:
    assert record([None, "", 'a "b"', "多\n行"]).decode() == ',"","a ""b""","多\n行"\n'


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        (
            "mssql",
            (
                "select landed.* from (select * from [shop].[orders]) landed "
                "where landed.[updated_at] >= cast('2026-11-10 07:45:00.000000' as datetime2) "
                "or landed.[updated_at] is null"
            ),
        ),
        (
            "oracle",
            (
                'select landed.* from (select * from "SHOP"."ORDERS") landed '
                "where landed.\"UPDATED_AT\" >= to_date('2026-11-10 07:45:00', 'YYYY-MM-DD HH24:MI:SS') "
                'or landed."UPDATED_AT" is null'
            ),
        ),
    ],
)
def test_what_is_new_is_asked_for_in_their_own_words(kind: str, statement: str) -> None:
    bound = bound_of(TABLE, "2026-11-10 08:00:00", overlap=timedelta(minutes=15), since=None)
    written = window(OPENED[kind], TABLE, bound)
    text = " ".join(line for line in written.splitlines() if not line.startswith("--"))
    assert " ".join(text.split()).replace("( ", "(").replace(" )", ")") == statement


def test_instants_with_an_offset_and_days() -> None:
    opened: Snapshot = OPENED["mssql"]
    assert opened.instant("2026-11-10 08:00:00.5+00") == (
        "cast('2026-11-10 08:00:00.5+00:00' as datetimeoffset)"
    )
    assert opened.instant("2026-11-10") == "cast('2026-11-10' as datetime2)"
    assert OPENED["oracle"].instant("2026-11-10") == "to_date('2026-11-10', 'YYYY-MM-DD')"
    assert opened.name("a]b") == "[a]]b]"
    assert opened.literal("it's") == "'it''s'"
    assert (OPENED["oracle"].name("Mixed"), OPENED["oracle"].name("plain")) == ('"Mixed"', '"PLAIN"')


@pytest.mark.parametrize(
    ("address", "module", "extra"),
    [
        ("mssql://reader:hush@db.example.com/shop", "pymssql", "sqlserver"),
        ("oracle://reader:hush@db.example.com/shop", "oracledb", "oracle"),
    ],
)
def test_a_driver_that_is_not_installed_is_named_with_its_extra(
    address: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SourceError) as error, snapshot(address, timeout=timedelta(seconds=5)):
        pass
    assert f"pip install 'orderhealth-pipeline[{extra}]'" in str(error.value)
    assert "hush" not in str(error.value)
