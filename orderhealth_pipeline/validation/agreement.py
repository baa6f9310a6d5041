"""Do both evaluators agree? One definition of a rule, two evaluators: different counts are a fault of ours.

What belongs here: the comparison of counts. What does not: counting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orderhealth_pipeline.validation.checks import ValidationResult


class EvaluatorsDisagreeError(RuntimeError):
    """Polars and Great Expectations counted differently; the run must not publish its results."""


def require_agreement(results: Sequence[ValidationResult], counts: Mapping[str, int]) -> None:
    """Check that both evaluators counted the same for every rule.

    `counts` holds by rule_id what Polars counted: the active orders that are hit, explained or not; for a
    rule on a share, the active orders that are concerned and false. Raises EvaluatorsDisagreeError naming
    every rule whose counts differ or that only one of the two evaluated.
    """
    unexpected = {result.rule_id: result.unexpected_count for result in results}
    differences = [
        f"{rule_id}: Polars {_said(counts.get(rule_id))}, Great Expectations {_said(unexpected.get(rule_id))}"
        for rule_id in sorted(unexpected.keys() | counts.keys())
        if counts.get(rule_id) != unexpected.get(rule_id)
    ]
    if differences:
        raise EvaluatorsDisagreeError("the two evaluators disagree on " + "; ".join(differences))


def _said(count: int | None) -> str:
    return "did not evaluate it" if count is None else f"counts {count}"
