"""Different counts of the two evaluators stop the run, and the message says of which rules."""

from __future__ import annotations

import pytest

from orderhealth_pipeline.validation import EvaluatorsDisagreeError, ValidationResult, require_agreement


def counted(rule_id: str, unexpected_count: int) -> ValidationResult:
    return ValidationResult(
        rule_id=rule_id,
        expectation={},
        unexpected_count=unexpected_count,
        success=unexpected_count == 0,
        hit=unexpected_count > 0,
    )


def test_equal_counts_pass() -> None:
    require_agreement(
        [counted("buyer_burst", 5), counted("low_price", 0)], {"low_price": 0, "buyer_burst": 5}
    )


def test_every_rule_that_differs_is_named_with_both_counts_and_no_other() -> None:
    results = [counted("buyer_burst", 5), counted("low_price", 0), counted("pickup_gap", 3)]

    with pytest.raises(EvaluatorsDisagreeError) as raised:
        require_agreement(results, {"buyer_burst": 4, "low_price": 0, "pickup_gap": 2})

    assert str(raised.value) == (
        "the two evaluators disagree on buyer_burst: Polars counts 4, Great Expectations counts 5; "
        "pickup_gap: Polars counts 2, Great Expectations counts 3"
    )


def test_a_rule_that_only_one_of_the_two_evaluated_is_a_disagreement_even_with_no_hit() -> None:
    with pytest.raises(EvaluatorsDisagreeError) as raised:
        require_agreement([counted("buyer_burst", 0)], {"low_price": 0})

    assert str(raised.value) == (
        "the two evaluators disagree on "
        "buyer_burst: Polars did not evaluate it, Great Expectations counts 0; "
        "low_price: Polars counts 0, Great Expectations did not evaluate it"
    )
