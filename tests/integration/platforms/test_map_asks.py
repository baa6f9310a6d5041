"""At a terminal `orderhealth map` asks what it cannot know: what the columns of an odd table are."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from orderhealth_pipeline.cli import calls
from orderhealth_pipeline.commands.terminal.printing import PlainConsole
from orderhealth_pipeline.errors import ConfigurationError, UnusableInputError

TABLE = """单据号,下单日,应付,当前情况
A1,09/11/2026 9:05,1299.00,待发货
A2,10/11/2026 9:15,99.00,已完成
"""
SAID = (
    "storefront_orders.order_id=单据号",
    "storefront_orders.placed_at=下单日",
    "storefront_orders.amount=应付",
    "storefront_orders.status=当前情况",
)


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orderhealth.yml").write_text("locale: zh\n", encoding="utf-8")
    file = tmp_path / "单据.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def mapped(*arguments: str) -> str:
    answer = CliRunner().invoke(calls, ["map", *arguments], obj=PlainConsole(stderr=True, locale="zh"))
    if answer.exception is not None:
        raise answer.exception
    return answer.output


def answered(file: Path, *answers: str) -> tuple[int, str]:
    """Let a person at a terminal answer the questions one after the other."""
    ours, theirs = pty.openpty()
    call = [sys.executable, "-m", "orderhealth_pipeline.cli", "map", str(file), "--out", "mine"]
    with subprocess.Popen(call, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
        os.close(theirs)
        os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
        printed, _ = program.communicate(timeout=120)
    os.close(ours)
    return program.returncode, printed.decode()


def test_questions_and_second_questions_are_asked_in_the_readers_language(table: Path) -> None:
    day_first, orders = ["vielleicht", "y"], ["99", ""]
    columns = ["1", "1", "2", "x", "1"]
    code, printed = answered(table, *day_first, *orders, *columns, "y")
    assert code == 0, printed
    assert printed.count("日在前吗") == 2
    assert "请回答 y（是）或 n（否）。" in printed
    assert "请输入 1 到 11 的数字" in printed
    assert "哪一列是“订单编号”（order_id）？" in printed
    assert "2  下单日  (09/11/2026 9:05)" in printed
    assert "storefront_orders：2 行" in printed
    written = Path("mine/adapter.yml").read_text(encoding="utf-8")
    assert "单据号" in written
    assert "已完成" in written


def test_who_cannot_say_hears_what_lacks_and_writes_nothing(table: Path) -> None:
    code, printed = answered(table, "y", "1", "1", "")
    assert code == 3
    assert "没有这一列，读不出商城订单" in printed
    assert not Path("mine").exists()


def test_what_columns_are_can_be_said_without_a_terminal(table: Path) -> None:
    with pytest.raises(UnusableInputError) as refused:
        mapped(str(table), "--yes", "--day-first")
    assert "--column storefront_orders.order_id=…" in refused.value.in_locale("zh")
    options = [part for each in SAID for part in ("--column", each)]
    printed = mapped(str(table), "--yes", "--day-first", "--out", "mine", *options)
    assert "2026-11-09 09:05:00" in printed


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("storefront_orders.order_id", "请写成"),
        ("orders.order_id=单据号", "没有“orders”；可用的有 storefront_orders"),
        ("payments.tip=应付", "没有“tip”；可用的有 payment_id"),
        ("payments.amount=应收", "文件里没有“应收”这一列（现有：单据号, 下单日, 应付, 当前情况）"),
    ],
)
def test_what_is_said_wrongly_is_told_with_what_there_is(table: Path, option: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        mapped(str(table), "--yes", "--day-first", "--column", option)
    assert reason in refused.value.in_locale("zh")
