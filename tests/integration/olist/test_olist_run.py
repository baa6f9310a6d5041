"""Given the real export, one run of the command finds on 18 October 2018 what plain SQL finds."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from tests.integration.olist.plain_sql import (
    OLIST,
    RULES_ABOUT_LINES,
    UNKNOWN_RULES,
    Figures,
    decode_result,
    expectations_of_known_rules,
    figures_at,
    open_orders_in,
    rule_weights,
)

pytestmark = pytest.mark.real_data

AS_OF: Final = "2018-10-18T00:00:00-03:00"


@dataclass(frozen=True)
class Run:
    """What the command printed, and the store it left."""

    result: dict[str, Any]
    store: Path


def _run(feeds: Path, store: Path) -> Run:
    program = Path(sys.executable).with_name("orderhealth")
    options = ["--adapter", "olist", "--feeds", str(feeds), "--as-of", AS_OF, "--store", str(store), "--json"]
    options += ["--expectations", str(expectations_of_known_rules(store.parent))]
    done = subprocess.run(
        [program, "run", *options], cwd=store.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Run(decode_result(done.stdout), store)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return _run(OLIST, tmp_path_factory.mktemp("olist") / "store.duckdb")


@pytest.fixture(scope="module")
def expected(oracle: duckdb.DuckDBPyConnection) -> Figures:
    return figures_at(oracle, AS_OF)


def test_every_order_of_the_export_is_in_order_fact(run: Run, expected: Figures) -> None:
    with duckdb.connect(str(run.store), read_only=True) as store:
        orders = store.execute(
            "select count(*), count(*) filter (where is_active) from order_fact"
        ).fetchall()
    assert orders == [(expected.known_orders, expected.active_orders)]
    assert expected.known_orders == 29_158


def test_the_active_orders_are_those_of_plain_sql(run: Run, expected: Figures) -> None:
    assert run.result["active_orders"] == expected.active_orders


def test_every_rule_hits_the_orders_that_plain_sql_finds(run: Run, expected: Figures) -> None:
    found = open_orders_in(run.store)
    assert found == {rule_id: orders for rule_id, orders in expected.open_orders.items() if orders}


def test_the_printed_counts_are_those_of_plain_sql(run: Run, expected: Figures) -> None:
    counts = {rule_id: rule["open"] for rule_id, rule in run.result["rules"].items()}
    by_plain_sql = {rule_id: len(orders) for rule_id, orders in expected.open_orders.items()}
    nothing = dict.fromkeys((*UNKNOWN_RULES, "pickup_gap"), 0)
    assert counts == by_plain_sql | nothing
    assert run.result["findings"]["open"] == sum(by_plain_sql.values())


def test_nothing_in_the_export_has_a_benign_explanation(run: Run) -> None:
    assert run.result["findings"]["explained"] == 0


def test_only_the_rules_about_addresses_and_returns_are_unknown(run: Run, expected: Figures) -> None:
    outcomes = {rule_id: rule["outcome"] for rule_id, rule in run.result["rules"].items()}
    hits = {rule_id for rule_id, outcome in outcomes.items() if outcome == "hit"}
    assert {rule_id for rule_id, outcome in outcomes.items() if outcome == "unknown"} == set(UNKNOWN_RULES)
    assert hits == {rule_id for rule_id, orders in expected.open_orders.items() if orders}
    assert outcomes["pickup_gap"] == expected.pickup_gap
    assert run.result["findings"]["unknown_rules"] == len(UNKNOWN_RULES)


def test_the_score_is_that_of_plain_sql_to_the_second_decimal(run: Run, expected: Figures) -> None:
    assert Decimal(run.result["score"]) == expected.score


def test_the_confidence_counts_the_orders_that_each_rule_could_evaluate(run: Run, expected: Figures) -> None:
    weights = rule_weights()
    with_lines = Decimal(expected.active_orders_with_lines) / expected.active_orders
    shares = dict.fromkeys(RULES_ABOUT_LINES, with_lines) | dict.fromkeys(UNKNOWN_RULES, Decimal(0))
    evaluated = sum(weight * shares.get(rule_id, 1) for rule_id, weight in weights.items())
    assert round(Decimal(run.result["confidence"]), 2) == round(evaluated / sum(weights.values()), 2)


def test_no_row_of_the_export_is_rejected(run: Run) -> None:
    assert sum(run.result["rejected"].values()) == 0


def test_without_the_reviews_a_denied_delivery_is_unknown_and_not_healthy(tmp_path: Path) -> None:
    for file in OLIST.glob("*.csv"):
        if "reviews" not in file.name:
            shutil.copy(file, tmp_path)
    rules = _run(tmp_path, tmp_path / "store.duckdb").result["rules"]
    assert rules["false_delivery"]["outcome"] == "unknown"
    assert rules["tracking_stalled"]["outcome"] == "hit"
