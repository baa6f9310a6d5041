"""Great Expectations on DuckDB gives the verdicts of the contract, and fails aloud when it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from sqlalchemy import create_engine, inspect, literal, select, text

from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.validation import (
    ConditionCheck,
    EvaluatorError,
    ShareCheck,
    ValidationResult,
    validate,
)
from orderhealth_pipeline.validation.condition_sql import condition_sql
from orderhealth_pipeline.validation.dialect import DIALECT, register_dialect
from orderhealth_pipeline.words import NumberOperator, Severity

CHECKOUT = Path(__file__).resolve().parents[2]


def check(
    rule_id: str, column: str, operator: NumberOperator, threshold: str, severity: Severity = "low"
) -> ConditionCheck:
    leaf = Comparison.model_validate({"feature": column, operator: threshold})
    return ConditionCheck(rule_id, condition_sql(leaf, lambda _: column), (column,), severity)


def low_price(operator: NumberOperator = "below", threshold: str = "0.70") -> ConditionCheck:
    return check("low_price", "lowest_price_ratio", operator, threshold, "high")


def ratios(*values: str | None) -> pl.DataFrame:
    """Return one active order for every ratio."""
    decimals = [None if value is None else Decimal(value) for value in values]
    return pl.DataFrame(
        {"is_active": [True] * len(values), "lowest_price_ratio": decimals},
        schema={"is_active": pl.Boolean, "lowest_price_ratio": pl.Decimal(18, 6)},
    )


def pickups(picked_up: int, waiting: int, not_concerned: int = 0) -> pl.DataFrame:
    """Give that many active orders whose parcel was scanned, was not, and that never shipped."""
    values = [True] * picked_up + [False] * waiting + [None] * not_concerned
    return pl.DataFrame(
        {"is_active": [True] * len(values), "picked_up": values},
        schema={"is_active": pl.Boolean, "picked_up": pl.Boolean},
    )


def pickup_gap(order_fact: pl.DataFrame) -> ValidationResult:
    """Evaluate the rule of the contract: of 20 or more orders, fewer than 90 % have a carrier scan."""
    check = ShareCheck("pickup_gap", "picked_up", Decimal("0.90"), 20, "critical")
    return validate((order_fact, [check]))[0]


@pytest.mark.parametrize(
    ("operator", "hit"),
    [("below", 1), ("at_most", 2), ("at_least", 2), ("more_than", 1)],
)
def test_equal_to_the_threshold_is_neither_below_nor_more_than_it(operator: NumberOperator, hit: int) -> None:
    order_fact = ratios("0.699999", "0.700000", "0.700001", None)

    [result] = validate((order_fact, [low_price(operator)]))

    assert (result.unexpected_count, result.success, result.hit) == (hit, False, True)


def test_only_active_orders_are_evaluated_and_one_that_is_neither_counts_as_inactive() -> None:
    order_fact = ratios("0.1", "0.2", "0.3", "0.9").with_columns(
        is_active=pl.Series([True, False, None, True])
    )

    [result] = validate((order_fact, [low_price()]))

    assert result.unexpected_count == 1


@pytest.mark.parametrize("order_fact", [ratios(), ratios("0.1").with_columns(is_active=False), ratios(None)])
def test_without_a_value_of_an_active_order_nothing_is_hit(order_fact: pl.DataFrame) -> None:
    [result] = validate((order_fact, [low_price()]))

    assert (result.unexpected_count, result.success, result.hit) == (0, True, False)


def test_a_boolean_feature_counts_as_nought_or_one() -> None:
    [result] = validate(
        (
            pickups(picked_up=3, waiting=2, not_concerned=1),
            [check("picked_up", "picked_up", "at_least", "1")],
        )
    )

    assert result.unexpected_count == 3


@pytest.mark.parametrize("orders", [20, 30, 1000])
def test_exactly_the_share_is_no_hit_and_one_order_fewer_is(orders: int) -> None:
    enough = orders * 9 // 10

    assert not pickup_gap(pickups(enough, orders - enough)).hit
    assert pickup_gap(pickups(enough - 1, orders - enough + 1)).hit


def test_a_share_of_too_few_orders_is_no_hit_whatever_it_is() -> None:
    nineteen = pickup_gap(pickups(picked_up=0, waiting=19, not_concerned=500))
    twenty = pickup_gap(pickups(picked_up=0, waiting=20, not_concerned=500))

    assert (nineteen.unexpected_count, nineteen.hit) == (19, False)
    assert (twenty.unexpected_count, twenty.hit) == (20, True)


def test_results_stand_in_the_order_of_the_checks_also_when_rules_share_a_column() -> None:
    order_fact = ratios("0.5", "0.8").with_columns(address_buyers=pl.Series([3, 2], dtype=pl.Int64))
    checks = [
        check("shared_address", "address_buyers", "at_least", "3"),
        low_price("below", "0.9"),
        check("crowded_address", "address_buyers", "at_least", "2"),
    ]

    results = validate((order_fact, checks))

    assert [(result.rule_id, result.unexpected_count) for result in results] == [
        ("shared_address", 1),
        ("low_price", 2),
        ("crowded_address", 2),
    ]
    assert validate((order_fact, checks)) == results


@pytest.mark.parametrize(
    ("severity", "in_great_expectations"),
    [("low", "info"), ("medium", "warning"), ("high", "critical"), ("critical", "critical")],
)
def test_the_expectation_is_kept_as_json_with_its_rule_and_severity(
    severity: Severity, in_great_expectations: str
) -> None:
    asked = check("low_price", "lowest_price_ratio", "at_most", "0.70", severity)

    [result] = validate((ratios("0.5"), [asked]))

    assert json.loads(json.dumps(result.expectation)) == {
        "type": "unexpected_rows_expectation",
        "kwargs": {
            "batch_id": "duckdb-order_fact",
            "unexpected_rows_query": "SELECT is_active FROM {batch} WHERE is_active AND "
            'coalesce("lowest_price_ratio" <= 0.70, false)',
        },
        "meta": {"rule_id": "low_price"},
        "severity": in_great_expectations,
    }


def test_no_checks_give_no_results() -> None:
    assert validate((ratios("0.5"), [])) == []


def test_a_rule_that_great_expectations_cannot_evaluate_is_an_error_that_names_it_and_not_a_verdict() -> None:
    order_fact = ratios("0.5").with_columns(warehouse=pl.lit("Jiaxing"))
    asked = check("outbound_overdue", "warehouse", "more_than", "240", "high")

    with pytest.raises(EvaluatorError, match=r"rule outbound_overdue: ") as raised:
        validate((order_fact, [low_price(), asked]))

    assert raised.value.rule_id == "outbound_overdue"


def test_a_column_that_order_fact_lacks_is_an_error_that_names_rule_and_column() -> None:
    asked = check("buyer_burst", "buyer_orders_in_span", "at_least", "5", "high")

    with pytest.raises(EvaluatorError, match=r"rule buyer_burst: .* has no column buyer_orders_in_span"):
        validate((ratios("0.5"), [low_price(), asked]))


def test_two_checks_of_one_rule_are_refused() -> None:
    with pytest.raises(ValueError, match="rule_id of its own"):
        validate((ratios("0.5"), [low_price("below"), low_price("at_most")]))


def test_rows_are_there_after_the_connection_was_closed_and_a_float_is_bound_as_it_is_written() -> None:
    register_dialect()
    with duckdb.connect(":memory:bound") as database:
        database.execute("create table prices as select 12345678901234.56::decimal(18, 4) as price")
        with create_engine(f"{DIALECT}:///:memory:bound").connect() as connection:
            prices = connection.execute(text("select price from prices union all select 1.5 order by 1"))
            ratio = connection.execute(select(literal(0.7)))

    assert prices.scalars().all() == [Decimal("1.5000"), Decimal("12345678901234.5600")]
    assert ratio.scalar_one() == Decimal("0.7")


def test_an_engine_that_is_still_around_does_not_keep_the_orders_in_memory() -> None:
    register_dialect()
    engine = create_engine(f"{DIALECT}:///:memory:released")
    with duckdb.connect(":memory:released") as database:
        database.execute("create table order_fact as select 1 as order_id")
        with engine.connect() as connection:
            assert inspect(connection).get_table_names() == ["order_fact"]

    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []


PROGRAM = """
import sys

written, contacted = [], []


def watch(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        written.append(str(arguments[0]))
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        contacted.append(str(arguments))


sys.addaudithook(watch)

import polars as pl
from orderhealth_pipeline.validation import ConditionCheck, validate

order_fact = pl.DataFrame({"is_active": [True, True], "minutes_paid_without_erp": [15, 16]})
sql = "minutes_paid_without_erp > 15"
check = ConditionCheck("paid_not_in_erp", sql, ("minutes_paid_without_erp",), "critical")
print(validate((order_fact, [check]))[0].unexpected_count, written, contacted)
"""


def test_a_validation_writes_no_file_contacts_nobody_and_says_nothing(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": str(CHECKOUT)}

    run = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", PROGRAM],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stdout, run.stderr) == (0, "1 [] []\n", "")
    assert list(tmp_path.iterdir()) == []
