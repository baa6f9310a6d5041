"""What a statement of an adapter may be: one SELECT over the adapter's sources, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.select import SourceSelect, read_select

SOURCES = ("trades", "订单")


def read(tmp_path: Path, text: str) -> SourceSelect:
    file = tmp_path / "storefront_orders.sql"
    file.write_text(text, encoding="utf-8")
    return read_select(file, SOURCES)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "exactly one SELECT is expected, 0 statements"),
        ("select 1; select 2", "exactly one SELECT is expected, 2 statements"),
        ("copy (select 1) to 'x.csv'", "exactly one SELECT is expected, and nothing else"),
        ("attach 'other.duckdb'", "exactly one SELECT is expected, and nothing else"),
        ("set threads = 1", "exactly one SELECT is expected, and nothing else"),
        ("install httpfs", "exactly one SELECT is expected, and nothing else"),
        ("pragma database_list", "exactly one SELECT is expected, and nothing else"),
        ("describe trades", "exactly one SELECT is expected, and nothing else"),
        ("select * from read_csv('/etc/passwd')", "read_csv() is not allowed here"),
        ("select * from READ_PARQUET('x')", "read_parquet() is not allowed here"),
        (
            "select a from trades where b in (select content from read_text('x'))",
            "read_text() is not allowed",
        ),
        ("select * from glob('*')", "glob() is not allowed here"),
        ("select * from duckdb_settings()", "duckdb_settings() is not allowed here"),
        ("select * from query('select 1')", "query() is not allowed here"),
        ("select * from '/etc/passwd'", "it reads '/etc/passwd', which is no source of adapter.yml"),
        ("select * from 'https://example.com/a.csv'", "which is no source of adapter.yml"),
        (
            "select * from orders",
            "it reads 'orders', which is no source of adapter.yml; there are: trades, 订单",
        ),
        ("select * from information_schema.tables", "of another schema: only sources are read"),
        ("select a from trades\nwher b", "storefront_orders.sql:2: no valid SQL: syntax error"),
    ],
)
def test_anything_else_is_refused_with_its_file(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, text)
    assert str(tmp_path / "storefront_orders.sql") in str(raised.value)
    assert reason in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "select tid as order_id from trades;",
        "select tid from trades left join (values ('a', 'b')) as words(word, status) on word = tid",
        "with words(a, b) as (values (1, 2)) select tid from trades join words on a = tid",
        'select tid from trades union all select "编号" from "订单"',
        "select tid, row_number() over (partition by tid) as n from trades",
        "select tid from trades, unnest([1, 2]) as u(n)",
    ],
)
def test_rows_of_one_row_of_a_source_hand_on_where_it_stands(tmp_path: Path, text: str) -> None:
    assert "source_line" in read(tmp_path, text).query


@pytest.mark.parametrize(
    "text",
    [
        "select tid, sum(amount) as amount from trades group by tid",
        "select distinct tid from trades",
        "select count(*) as n from trades",
        "select tid from trades union select tid from trades",
        "select max(tid) as tid from trades having count(*) > 1",
        "select x.tid from (select tid from trades) as x",
        "with latest as (select tid from trades) select tid from latest",
    ],
)
def test_rows_of_several_rows_are_read_as_they_are(tmp_path: Path, text: str) -> None:
    assert "source_line" not in read(tmp_path, text).query


def test_sources_that_are_read_are_known_by_the_names_of_adapter_yml(tmp_path: Path) -> None:
    text = 'with t as (select * from TRADES) select * from t join "订单" on true'
    assert read(tmp_path, text).reads == {"trades", "订单"}
