"""Checks → expectations: one expectation of Great Expectations for every check.

What belongs here: the translation of a comparison into the expectation that fails exactly where it hits. What
does not: running it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderhealth_pipeline.validation.checks import ColumnCheck, Severity, ShareCheck

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

FAILURE_SEVERITY: Final[dict[Severity, str]] = {
    "low": "info",
    "medium": "warning",
    "high": "critical",
    "critical": "critical",
}
"""Our severities as Great Expectations names them; it has three."""


def expectation_of(check: ColumnCheck | ShareCheck) -> Expectation:
    """Give the expectation that is failed by exactly the active orders that the check hits.

    Its `meta` holds the rule_id, its row condition leaves the active orders; nulls are never counted.
    """
    from great_expectations.expectations.core.expect_column_values_to_be_between import (
        ExpectColumnValuesToBeBetween,
    )
    from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
        ExpectColumnValuesToBeInSet,
    )
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.row_conditions import Column

    common: dict[str, Any] = {
        "column": check.column,
        "row_condition": Column("is_active") == True,  # noqa: E712 (builds a condition)
        "severity": FailureSeverity(FAILURE_SEVERITY[check.severity]),
        "meta": {"rule_id": check.rule_id},
    }
    if isinstance(check, ShareCheck):
        return ExpectColumnValuesToBeInSet(value_set=[1], mostly=float(check.share_below), **common)
    return ExpectColumnValuesToBeBetween(**_expected_range(check), **common)


def _expected_range(check: ColumnCheck) -> dict[str, Any]:
    """Negate the comparison: what is hit by being more than the threshold is expected to be at most that."""
    threshold = float(check.threshold)
    match check.operator:
        case "more_than":
            return {"max_value": threshold}
        case "at_least":
            return {"max_value": threshold, "strict_max": True}
        case "below":
            return {"min_value": threshold}
        case "at_most":
            return {"min_value": threshold, "strict_min": True}
