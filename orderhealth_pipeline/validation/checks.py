"""What the second evaluator is asked and what it answers, as plain data.

What belongs here: the checks and their result. What does not: anything of Great Expectations or DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderhealth_pipeline.words import Severity


def _require_exact_float(rule_id: str, name: str, value: Decimal) -> None:
    """Refuse a number that Great Expectations would change, because it keeps numbers as binary floats."""
    if not value.is_finite() or Decimal(repr(float(value))) != value:
        raise ValueError(f"rule {rule_id}: {name} {value} must be a number of at most 15 significant digits")


@dataclass(frozen=True)
class ConditionCheck:
    """An order is hit where `sql`, a Boolean over columns of order_fact, is true.

    `columns` are those that it names: integers, Decimals, floats, texts, or Booleans that count as 0 or 1.
    """

    rule_id: str
    sql: str
    columns: tuple[str, ...]
    severity: Severity


@dataclass(frozen=True)
class ShareCheck:
    """The system is hit when of enough orders that are concerned fewer than a share are true.

    `column` is a Boolean of order_fact, or the integers 0 and 1; null means that the order is not concerned.
    Hit when at least `orders_at_least` orders are concerned and fewer than `share_below` (0 to 1) of them are
    true; exactly `share_below` is no hit. Raises ValueError for a share of more than 15 significant digits.
    """

    rule_id: str
    column: str
    share_below: Decimal
    orders_at_least: int
    severity: Severity

    def __post_init__(self) -> None:
        """Check that the share is kept to its last digit."""
        _require_exact_float(self.rule_id, "share_below", self.share_below)


@dataclass(frozen=True)
class CountCheck:
    """The system is hit when a query finds at least so many rows.

    `query` selects from `{batch}`, a table with the columns `columns` and is_active.
    """

    rule_id: str
    query: str
    columns: tuple[str, ...]
    at_least: int
    severity: Severity


Check = ConditionCheck | ShareCheck | CountCheck


@dataclass(frozen=True)
class ValidationResult:
    """What Great Expectations says of one rule.

    `expectation` is its configuration, ready for JSON. `unexpected_count` counts the active orders that are
    hit (for a share: those concerned that are false; for a count: what is counted). `success` is the
    verdict of Great Expectations; `hit` says whether the rule is hit, by any order or as a system.
    """

    rule_id: str
    expectation: Mapping[str, Any]
    unexpected_count: int
    success: bool
    hit: bool
