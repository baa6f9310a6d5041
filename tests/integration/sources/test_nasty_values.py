"""Given any value that a database can return, its row ends in the store or in rejected_rows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import pytest
from click.testing import CliRunner

from orderhealth_pipeline.cli import calls
from tests.integration.sources.conftest import Database

TEXTS: Final = [
    "''", "' '", "'\"'", "'\"\"'", "'a,b'", "'a;b'", "'''x'", "'NULL'", "'null'", "'N/A'", "'-'", "'/'",
    "'=\"1\"'", "'=1+1'", "'@SUM(A1)'", "'1E+17'", "'你好，世界'", "'👩‍👩‍👧‍👦'", "'𠮷野家'",
    "'é'", "'\u202eabc'",
    "'\ufeffbom'", "'a\u200bb'", "'ﬀ'", "repeat('x', 100000)", "'%s {0} ${HOME}'", "'<script>'", "'\u3000'",
]  # fmt: skip
POSTGRESQL: Final = {
    "amount": [
        "'NaN'", "'Infinity'", "'-Infinity'", "1e100", "-1e100", "1e-100", "0", "-0.0", "99999999999999.99",
        "0.123456789012345678901234567890", "-1", "null",
    ],
    "placed_at": [
        "'infinity'", "'-infinity'", "'0001-01-01 00:00:00+00'", "'0044-03-15 00:00:00+00 BC'",
        "'294276-12-31 23:59:59+00'", "'1970-01-01 00:00:00+00'", "'1969-12-31 23:59:59.999999+00'", "null",
        "'2026-11-10 02:00:00.123456+08'", "'9999-12-31 23:59:59+00'", "'2038-01-19 03:14:08+00'",
    ],
    "receiver": [*TEXTS, "E'a\\nb'", "E'a\\r\\nb'", "E'\\t'", "E'\\\\.'", "E'\\\\N'", "E'\\x01'", "E'\\x7f'",
                 "E'a\\\"b\\nc,d'", "'\\xdeadbeef'::bytea::text", "'{\"a\": [1, 2]}'::json::text"],
}  # fmt: skip
MARIADB: Final = {
    "amount": [
        "99999999999999.99", "-99999999999999.99", "0", "-0.0", "1e20", "0.000000001", "-1", "null",
        "1.123456789012345678901234567890",
    ],
    "placed_at": [
        "'0000-00-00 00:00:00'", "'2026-00-00 00:00:00'", "'2026-02-00 00:00:00'", "'0001-01-01 00:00:00'",
        "'9999-12-31 23:59:59'", "'1970-01-01 00:00:00'", "'2026-02-31 00:00:00'", "null",
        "'2026-11-10 02:00:00.123456'", "'0000-01-01 00:00:00'",
    ],
    "receiver": [*TEXTS, "'a\\nb'", "'a\\r\\nb'", "'\\t'", "'\\\\.'", "'\\\\N'", "char(1)", "char(127)",
                 "'a\\\"b\\nc,d'", "char(0)", "'x\\0y'"],
    "remark": ["x'ff'", "x'e4bd'", "x'c0af'", "x'eda080'", "x'deadbeef'", "x'fffe4100'", "x'00'"],
}  # fmt: skip
CONFIGURATION = """
locale: en
timezone: UTC
sources:
  shop:
    type: sql
    url: "${SHOP}"
    tables:
      storefront_orders: {table: orders, watermark: updated_at}
"""


def create(database: Database) -> None:
    amount = "numeric" if database.kind == "postgresql" else "decimal(38, 15)"
    remark = "text" if database.kind == "postgresql" else "varbinary(100)"
    database.execute(
        f"create table orders (order_id varchar(40), placed_at {database.instant}, status varchar(20), "
        f"amount {amount}, receiver text, remark {remark}, updated_at {database.instant})"
    )


def insert_nasty(database: Database) -> int:
    values = POSTGRESQL if database.kind == "postgresql" else MARIADB
    # Old servers accept zero dates, and cut what is too large.
    lax = "" if database.kind == "postgresql" else "set statement sql_mode = 'ALLOW_INVALID_DATES' for "
    plain = {"placed_at": "'2026-11-10 02:00:00'", "amount": "1", "receiver": "'x'", "remark": "null"}
    rows = 0
    for column, nasty in values.items():
        for value in nasty:
            given = ", ".join(
                {**plain, column: value}[name] for name in ("placed_at", "amount", "receiver", "remark")
            )
            names = "order_id, placed_at, amount, receiver, remark, status, updated_at"
            database.execute(
                f"{lax}insert into orders ({names}) values "
                f"('N{rows}', {given}, 'paid', '2026-11-10 03:00:00')",
            )
            rows += 1
    assert rows >= 60
    return rows


def test_every_value_is_a_row_or_a_rejected_row(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(database)
    rows = insert_nasty(database)
    (tmp_path / "orderhealth.yml").write_text(CONFIGURATION, encoding="utf-8")
    monkeypatch.setenv("SHOP", database.address)
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    pulled = runner.invoke(calls, ["pull"])
    assert pulled.exit_code == 0, pulled.output
    assert f"{rows} rows" in pulled.output
    done = runner.invoke(
        calls, ["run", "--as-of", datetime(2026, 11, 10, 4, tzinfo=UTC).isoformat(), "--json"]
    )
    assert done.exit_code == 0, done.output
    with duckdb.connect(str(tmp_path / "orderhealth.duckdb"), read_only=True) as con:
        kept = con.execute("select count(distinct order_id) from feeds.storefront_orders").fetchone()
        rejected = con.execute("select line, reason from rejected_rows").fetchall()
    assert kept is not None
    assert kept[0] + len({line for line, _ in rejected}) == rows, rejected
    assert kept[0] > rows / 2
