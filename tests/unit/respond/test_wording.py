"""The words of a message, and how it gets shorter when room is short."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.respond.messages.one_line import one_line
from orderhealth_pipeline.respond.messages.wording import compose, most_detailed


def test_the_chinese_message_says_score_time_causes_and_what_to_do(breach: AlertMessage) -> None:
    lines = compose(breach)
    assert lines.title == "⚠️ 订单健康度 72.31 分，低于 85 分"
    assert lines.facts == (
        "2026-11-11 00:15（Asia/Shanghai）",
        "上次 90.12 分（-17.81） · 进行中 20,418 单 · 可信度 96%",
    )
    assert lines.causes == (
        "ERP 已发货而快递未揽收：扣 14.02 分（整体问题）",
        "支付后未进 ERP：扣 7.90 分，412 单",
        "打单后超时未出库：扣 3.05 分，186 单",
    )
    first = lines.orders[0]
    assert first.headline == "1. TB20261111000317 · 天猫旗舰店 · ¥12,999.00 · 严重"
    assert first.findings[1] == "物流停滞：31 小时无物流更新"
    assert first.what_to_do == "处理（客服组）：致电买家核实，向快递发起签收调查"


def test_a_first_score_has_nothing_to_compare_with(breach: AlertMessage) -> None:
    assert (
        compose(breach.model_copy(update={"previous_score": None})).facts[1]
        == "进行中 20,418 单 · 可信度 96%"
    )


@pytest.mark.parametrize(
    ("currency", "shown"), [("CNY", "¥12,999.00"), ("JPY", "12,999.00 JPY"), (None, "12,999.00")]
)
def test_money_shows_its_currency(breach: AlertMessage, currency: str | None, shown: str) -> None:
    order = breach.orders[0].model_copy(update={"currency": currency})
    headline = compose(breach.model_copy(update={"orders": (order,)})).orders[0].headline
    assert headline.split(" · ")[2] == shown


def test_a_share_that_is_not_whole_never_reads_100_percent(breach: AlertMessage) -> None:
    facts = compose(breach.model_copy(update={"confidence": Decimal("0.999")})).facts
    assert facts[1].endswith("可信度 99%")


def test_leaving_findings_out_is_said(breach: AlertMessage) -> None:
    shortened = compose(breach, findings_per_order=1)
    assert [len(order.findings) for order in shortened.orders] == [1, 1, 1, 1, 1]
    assert shortened.footnotes == ("内容较长，已省略部分明细",)
    assert compose(breach).footnotes == ()


def test_the_most_detailed_wording_that_fits_is_taken(breach: AlertMessage) -> None:
    def findings(most: int) -> int:
        lines = most_detailed(
            breach, lambda wording: sum(len(order.findings) for order in wording.orders) <= most
        )
        return sum(len(order.findings) for order in lines.orders)

    assert [findings(most) for most in (100, 8, 7, 4, -1)] == [8, 8, 5, 0, 0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\nlines\r\n  and\ttabs", "two lines and tabs"),
        ("right-to-left\u202etrick\u200b", "right-to-left trick"),
        ("a \x1b[31mred\x1b[0m text", "a red text"),
        ("a \x9b1;31mred\x9b0m text", "a red text"),
        ("a \x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x07", "a link"),
        ("a \x1b]0;title\x07text", "a text"),
        ("never closed \x1b]0;title", "never closed"),
        ("bell\x07 and \x1bc reset", "bell and reset"),
        ("長" * 181, "長" * 179 + "…"),
        ("長" * 180, "長" * 180),
    ],
)
def test_an_outside_text_becomes_one_harmless_line(text: str, line: str) -> None:
    assert one_line(text) == line
