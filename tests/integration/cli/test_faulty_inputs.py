"""Small inputs that went wrong elsewhere: the program is run on each, and must give what its file expects."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest
from pydantic import Field

from orderhealth_pipeline.yaml_files import FrozenModel, read_model
from tests.integration.cli.conftest import Answer, Call

CASES: Final = Path(__file__).parents[2] / "data" / "cases"
AS_OF: Final = "2026-11-11T12:00"


class Rejection(FrozenModel):
    """A row that must be rejected; `row` is a part of its text."""

    file: str
    line: int | None
    kind: str
    row: str = ""


class Tick(FrozenModel):
    """One evaluation, in the shop's zone, and what it must say."""

    as_of: str
    code: int = 0
    score: float | None = None
    alert: str | None = None


class Run(FrozenModel):
    """One folder of feeds: open findings of the rules named, and all that is rejected, ahead and unread.

    `orders` are values of order_fact, `loaded` values of feeds by order, both as texts in the shop's zone.
    """

    feeds: str
    arguments: tuple[str, ...] = ()
    ticks: tuple[Tick, ...] = (Tick(as_of=AS_OF),)
    told: int | None = None
    rules: dict[str, list[str]] = Field(default_factory=dict)
    unknown: list[str] = Field(default_factory=list)
    rejected: tuple[Rejection, ...] = ()
    ahead: dict[str, int] = Field(default_factory=dict)
    unread: list[str] = Field(default_factory=list)
    says: list[str] = Field(default_factory=list)
    orders: dict[str, dict[str, str | None]] = Field(default_factory=dict)
    loaded: dict[str, dict[str, dict[str, str | None]]] = Field(default_factory=dict)


class Case(FrozenModel):
    """Why a kind of input goes wrong, and the folders that have it."""

    why: str
    runs: tuple[Run, ...] = Field(min_length=1)


def cases() -> list[Any]:
    """Every folder of feeds of every case."""
    return [
        pytest.param(file.parent, run, id=f"{file.parent.name}-{run.feeds}-{number}")
        for file in sorted(CASES.glob("*/expected.yml"))
        for number, run in enumerate(read_model(file, Case).runs, start=1)
    ]


@pytest.mark.parametrize(("case", "run"), cases())
def test_a_faulty_input_comes_out_as_expected(
    case: Path, run: Run, tmp_path: Path, orderhealth: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    shutil.copytree(case / run.feeds, tmp_path / "feeds")
    if (case / "orderhealth.yml").exists():
        shutil.copy(case / "orderhealth.yml", tmp_path)
        where: tuple[str, ...] = ()
    else:
        where = ("--feeds", "feeds", "--store", "s.duckdb")
    for tick in run.ticks:
        answer = orderhealth(
            "run", "--deliver", "--json", "--as-of", f"{tick.as_of}+08:00", *where, *run.arguments
        )
        assert answer.code == tick.code, answer.err
        if len(run.ticks) > 1 and tick.code == 0:
            result = json.loads(answer.out)
            assert result["alert"] == tick.alert, tick
            assert result["score"] == tick.score or "score" not in tick.model_fields_set, tick
    if run.told is not None:
        assert len((tmp_path / "alerts.jsonl").read_text(encoding="utf-8").splitlines()) == run.told
    compare(run, answer, tmp_path / "s.duckdb")


def compare(run: Run, answer: Answer, store: Path) -> None:
    """Hold what the last call said, and what stands in the store, against what is expected."""
    result = json.loads(answer.out)
    assert [text for text in run.says if text not in answer.err] == [], answer.err
    assert (result["unread"], result["ahead"]) == (run.unread, run.ahead)
    assert [rule for rule in run.unknown if result["rules"][rule]["outcome"] != "unknown"] == []
    with duckdb.connect(str(store), read_only=True) as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        assert {rule: open_orders(con, rule) for rule in run.rules} == run.rules
        assert_rejected(con, run.rejected)
        for order_id, values in run.orders.items():
            assert texts(con, "order_fact", order_id, values) == values, order_id
        for feed, orders in run.loaded.items():
            for order_id, values in orders.items():
                assert texts(con, f"feeds.{feed}", order_id, values) == values, (feed, order_id)


def open_orders(con: duckdb.DuckDBPyConnection, rule: str) -> list[str]:
    found = con.execute(
        "select order_id from findings where rule_id = $rule and state = 'open' order by 1", {"rule": rule}
    )
    return [order_id for (order_id,) in found.fetchall()]


def assert_rejected(con: duckdb.DuckDBPyConnection, expected: tuple[Rejection, ...]) -> None:
    found = con.execute(
        "select file, line, kind, row from rejected_rows where line is not null order by file, line"
    ).fetchall()
    assert [tuple(row[:3]) for row in found] == [(each.file, each.line, each.kind) for each in expected]
    for each, (*_, row) in zip(expected, found, strict=True):
        assert each.row in row.replace(chr(92), "")


def texts(
    con: duckdb.DuckDBPyConnection, table: str, order_id: str, columns: dict[str, str | None]
) -> dict[str, str | None]:
    """Read values as texts, instants to the minute in the shop's zone."""
    con.execute(
        f"select {', '.join(columns)} from {table} where order_id = $order_id", {"order_id": order_id}
    )
    (row,) = con.fetchall()
    return dict(zip(columns, map(_text, row), strict=True))


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.strftime("%Y-%m-%d %H:%M") if hasattr(value, "strftime") else str(value)
