"""Run every check through Great Expectations on DuckDB, in one database.

What belongs here: the database in memory, the run, and reading its results. What does not: what a check means
(expectations.py) and how DuckDB is spoken to (dialect.py).
"""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import polars.selectors as cs

from orderhealth_pipeline.validation.checks import Check, CountCheck, ShareCheck, ValidationResult
from orderhealth_pipeline.validation.later_imports import absent, import_when_used

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

Part = tuple[pl.DataFrame, Sequence[Check]]
"""A table and the checks on it."""

TABLE = "order_fact"
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}


class EvaluatorError(RuntimeError):
    """Great Expectations could not evaluate a rule: it has no verdict, which is not the same as success."""

    def __init__(self, rule_id: str, reason: str) -> None:
        """Name the rule first."""
        super().__init__(f"rule {rule_id}: Great Expectations could not evaluate it: {reason}")
        self.rule_id = rule_id


def validate(*parts: Part) -> list[ValidationResult]:
    """Evaluate every check on the active orders of its table: one result a check, in the order of the checks.

    A table has one row per order (or thing that is counted), with `is_active` (Boolean; null is not active)
    and the columns of its checks. Nothing is written to disk and nothing is sent. Raises EvaluatorError
    naming the rule when a column is missing or Great Expectations fails, and ValueError when two checks have
    one rule_id.
    """
    every = [check for _, checks in parts for check in checks]
    if not every:
        return []
    _require_distinct_rules(every)
    _import_great_expectations()
    asked = {TABLE if place == 0 else f"{TABLE}_{place}": part for place, part in enumerate(parts) if part[1]}
    tables = {name: _columns_needed(table, checks) for name, (table, checks) in asked.items()}
    outcomes: dict[str, dict[str, Any]] = {}
    with _in_memory_database(tables) as database:
        source = _data_source(database)
        for name, (_, checks) in asked.items():
            outcomes |= _run(source, name, checks)
    return [_result(check, outcomes[check.rule_id]) for check in every]


def _require_distinct_rules(checks: Sequence[Check]) -> None:
    rule_ids = [check.rule_id for check in checks]
    if len(set(rule_ids)) < len(rule_ids):
        raise ValueError(f"every check needs a rule_id of its own, not {sorted(rule_ids)}")


def _import_great_expectations() -> None:
    """Import it without the deprecation warnings of its modules, which fail it where warnings are errors."""
    import_when_used("scipy.stats", "altair")
    # Spark's client ends the process of whoever imports it where no Spark is installed beside it; Amazon's
    # takes a fifth of the import where it happens to be installed.
    with warnings.catch_warnings(), absent("pyspark"), absent("boto3"):
        warnings.simplefilter("ignore")
        import great_expectations  # noqa: F401


def _columns_needed(order_fact: pl.DataFrame, checks: Sequence[Check]) -> pl.DataFrame:
    """Select the columns of the checks; Booleans as 0 and 1, for Great Expectations compares no Boolean."""
    named = {check.rule_id: _columns_of(check) for check in checks}
    for rule_id, columns in named.items():
        if missing := [column for column in columns if column not in order_fact.columns]:
            raise EvaluatorError(rule_id, f"order_fact has no column {missing[0]}")
    needed = order_fact.select("is_active", *dict.fromkeys(name for each in named.values() for name in each))
    return needed.with_columns((cs.boolean() - cs.by_name("is_active")).cast(pl.Int8))


def _columns_of(check: Check) -> tuple[str, ...]:
    return (check.column,) if isinstance(check, ShareCheck) else check.columns


@contextmanager
def _in_memory_database(tables: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    """Hold the frames as tables of a database in memory; return the name by which this process opens it."""
    name = f":memory:order_health_{uuid.uuid4().hex}"
    with duckdb.connect(name) as connection:
        for table, frame in tables.items():
            connection.from_arrow(frame.to_arrow()).create(table)
        yield name


def _data_source(database: str) -> SQLDatasource:
    """Describe the database to Great Expectations, in a context that lives in memory and tells nobody."""
    from great_expectations import get_context
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    from orderhealth_pipeline.validation.dialect import DIALECT, register_dialect

    register_dialect()
    settings = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = get_context(project_config=settings, mode="ephemeral")
    return context.data_sources.add_sql("duckdb", connection_string=f"{DIALECT}:///{database}")


def _run(source: SQLDatasource, table: str, checks: Sequence[Check]) -> dict[str, dict[str, Any]]:
    """Validate all checks of a table as one suite; return its outcomes as plain data by rule_id."""
    from great_expectations import ExpectationSuite

    from orderhealth_pipeline.validation.expectations import expectation_of

    suite = ExpectationSuite("rules", expectations=[expectation_of(check) for check in checks])
    whole = source.add_table_asset(table).add_batch_definition_whole_table("whole_table")
    validation = whole.get_batch().validate(suite, result_format=COUNTS_ONLY)
    outcomes: list[Any] = [outcome.to_json_dict() for outcome in validation.results]
    return {outcome["expectation_config"]["meta"]["rule_id"]: outcome for outcome in outcomes}


def _result(check: Check, outcome: Mapping[str, Any]) -> ValidationResult:
    reason = _failure(outcome["exception_info"])
    if reason is not None:
        raise EvaluatorError(check.rule_id, reason)
    figures = outcome["result"]
    if not isinstance(check, ShareCheck):
        unexpected = int(figures["observed_value"])
        is_enough = unexpected >= check.at_least if isinstance(check, CountCheck) else True
    else:
        # Over no rows the sum that counts is null.
        unexpected = figures["unexpected_count"] or 0
        is_enough = figures["element_count"] - figures["missing_count"] >= check.orders_at_least
    return ValidationResult(
        rule_id=check.rule_id,
        expectation=outcome["expectation_config"],
        unexpected_count=unexpected,
        success=outcome["success"],
        hit=is_enough and not outcome["success"],
    )


def _failure(exception_info: Mapping[str, Any]) -> str | None:
    """Find the message of an exception that was caught; the report holds one, or one for each metric."""
    if "raised_exception" in exception_info:
        return str(exception_info["exception_message"]) if exception_info["raised_exception"] else None
    failures = (_failure(info) for info in exception_info.values())
    return next((failure for failure in failures if failure is not None), None)
