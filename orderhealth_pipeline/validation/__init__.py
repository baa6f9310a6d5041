"""The only package that imports Great Expectations: the second evaluator of every rule.

What belongs here: the comparisons that rules makes in Polars, made once more by Great Expectations on
DuckDB, and the comparison of both counts. What does not: features, explanations, findings. Importing this
package does not import Great Expectations, which takes seconds; the first call of `validate` does.
"""

from __future__ import annotations

from orderhealth_pipeline.validation.agreement import EvaluatorsDisagreeError, require_agreement
from orderhealth_pipeline.validation.checks import (
    Check,
    ConditionCheck,
    CountCheck,
    ShareCheck,
    ValidationResult,
)
from orderhealth_pipeline.validation.evaluate import EvaluatorError, validate

__all__ = [
    "Check",
    "ConditionCheck",
    "CountCheck",
    "EvaluatorError",
    "EvaluatorsDisagreeError",
    "ShareCheck",
    "ValidationResult",
    "require_agreement",
    "validate",
]
