"""What was not read is said first: shares, main reasons with a sample, and rows ahead of the instant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.words.input_words import input_lines
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.words import Locale
from tests.unit.report.conftest import make_store, report_about

ROWS = (
    [("unreadable_instant", "paid_at", {"paid_at": "昨天 9:05"})] * 900
    + [("unreadable_number", "amount", {"amount": "¥1,299.00"})] * 20
    + [("missing_value", "status", {"status": ""})] * 10
    + [("wrong_type", "method", {"method": "王小明 13812345678"})] * 5
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A healthy store of which most payments were refused, and some orders lie ahead."""
    path = make_store("healthy", tmp_path)
    with open_store(path) as con:
        con.execute(
            "insert into source_freshness (feed, rows, rejected, unowned, state) "
            "values ('payments', 189, 935, 5, 'damaged')"
        )
        con.execute(
            "update source_freshness set ahead = 3, ahead_until = timestamptz '2026-11-11 03:00:00+08' "
            "where feed = 'storefront_orders'"
        )
        con.executemany(
            "insert into rejected_rows (feed, file, line, kind, column_name, reason, row, rejected_at, "
            "is_standing) values ('payments', 'payments.csv', ?, ?, ?, 'r', ?, now(), true)",
            [
                (line, kind, column, json.dumps(row))
                for line, (kind, column, row) in enumerate(ROWS[::-5], start=2)
            ],
        )
    return path


def lines_of(report: RiskReport, locale: Locale) -> list[str]:
    return input_lines(report.lacking, Texts(locale))


def test_a_chinese_shop_reads_what_is_missing_in_chinese(store: Path) -> None:
    assert lines_of(report_about(store), "zh") == [
        (
            "支付流水：935 行没有读进来（83.2%）：时间无法识别 180 行（如 paid_at = 昨***）；"
            "数字无法识别 4 行"
            "（如 amount = ¥1,299.00）；必填值为空 2 行。"
        ),
        "支付流水缺得太多，需要它的规则都不作判断。",
        "支付流水：189 行中有 5 行的订单号，商城里没有。",
        "商城订单：3 行晚于评估时刻（最多晚 7 小时），没有算进来；请检查时区和系统时钟。",
    ]


def test_an_english_one_in_english(store: Path) -> None:
    rejected, damaged, unowned, ahead = lines_of(report_about(store, "en"), "en")
    assert rejected.startswith(
        "payments: 935 rows were not read (83.2%): an instant cannot be read (180 rows"
    )
    assert damaged == "Too much of payments is missing: no rule that needs it is judged."
    assert unowned == "payments: 5 of 189 rows belong to no order that the storefront knows."
    assert ahead.startswith("storefront orders: 3 rows lie after this instant (up to 7 h) and are not")


def test_a_name_or_a_phone_among_the_values_is_masked(store: Path) -> None:
    with open_store(store) as con:
        con.execute("delete from rejected_rows where kind <> 'wrong_type'")
    (line, *_) = lines_of(report_about(store), "zh")
    assert "小明" not in line
    assert "12345678" not in line
    assert "method" in line


def test_a_damaged_feed_takes_the_green_from_the_verdict(store: Path) -> None:
    assert report_about(store).health.level == "unverified"


def test_what_was_read_whole_is_not_spoken_of(tmp_path: Path) -> None:
    assert report_about(make_store("healthy", tmp_path)).lacking == ()
