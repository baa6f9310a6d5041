"""Checks → expectations: one expectation of Great Expectations for every check.

What belongs here: the translation of a comparison into the expectation that fails exactly where it hits. What
does not: running it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderhealth_pipeline.validation.checks import Check, ConditionCheck, CountCheck, ShareCheck
from orderhealth_pipeline.words import Severity

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

FAILURE_SEVERITY: Final[dict[Severity, str]] = {
    "low": "info",
    "medium": "warning",
    "high": "critical",
    "critical": "critical",
}
"""Our severities as Great Expectations names them; it has three."""


def expectation_of(check: Check) -> Expectation:
    """Return the expectation that is failed by exactly the active orders that the check hits.

    Its `meta` holds the rule_id. Of a condition it expects that a query finds no order, because Great
    Expectations has no expectation for a tree of comparisons.
    """
    from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
        ExpectColumnValuesToBeInSet,
    )
    from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.row_conditions import Column

    common: dict[str, Any] = {
        "severity": FailureSeverity(FAILURE_SEVERITY[check.severity]),
        "meta": {"rule_id": check.rule_id},
    }
    if isinstance(check, ShareCheck):
        return ExpectColumnValuesToBeInSet(
            column=check.column,
            row_condition=Column("is_active") == True,  # noqa: E712 (builds a condition)
            value_set=[1],
            mostly=float(check.share_below),
            **common,
        )
    query = check.query if isinstance(check, CountCheck) else _query(check)
    return UnexpectedRowsExpectation(unexpected_rows_query=query, **common)


def _query(check: ConditionCheck) -> str:
    """Select the orders that are hit. Braces of the condition are doubled: the query is a format."""
    condition = check.sql.replace("{", "{{").replace("}", "}}")
    return f"SELECT is_active FROM {{batch}} WHERE is_active AND {condition}"  # noqa: S608 - built here
