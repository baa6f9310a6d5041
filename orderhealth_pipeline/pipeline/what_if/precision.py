"""What verdicts say of rules: their precision, and for noisy ones the figure that is proposed.

What belongs here: reading verdicts and what the rules compared. What does not: counting (rules/precision.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.precision import (
    Precision,
    newest_verdicts,
    precision_of_rules,
    proposed_figure,
)
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.registered import registered


@dataclass(frozen=True)
class Judged:
    """What people say of a rule; `proposed` is a figure that keeps what they confirmed, and what it loses."""

    precision: Precision
    proposed: tuple[float, int] | None


def judged_rules(settings: Settings, rules: Mapping[str, Rule], as_of: datetime) -> dict[str, Judged]:
    """Return what verdicts say of the rules that anybody judged. Raises StoreError."""
    from orderhealth_pipeline.desk.log import read_said_at

    verdicts = newest_verdicts(read_said_at(settings.desk_address), as_of)
    precisions = precision_of_rules(verdicts)
    is_noisy = any(each.is_noisy for each in precisions.values())
    values = _values(settings.store, verdicts) if is_noisy else {}
    return {
        rule_id: Judged(each, _proposed(rules[rule_id], values) if each.is_noisy else None)
        for rule_id, each in precisions.items()
        if rule_id in rules
    }


def _proposed(rule: Rule, values: Mapping[tuple[str, str], list[float]]) -> tuple[float, int] | None:
    condition = rule.hit_when
    if not isinstance(condition, Comparison):
        return None
    right, wrong = (values.get((rule.id, kind), []) for kind in ("confirmed", "false_alarm"))
    return proposed_figure(right, wrong, condition.operator)


def _values(store: Path, verdicts: pl.DataFrame) -> dict[tuple[str, str], list[float]]:
    def read(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, float | None]]:
        with registered(con, "verdicts", verdicts):
            return sql.run(con, "report/findings/select_values_of_verdicts")

    values: dict[tuple[str, str], list[float]] = {}
    try:
        rows = from_published(store, read)
    except StoreError:
        return values
    for rule_id, kind, value in rows:
        if value is not None:
            values.setdefault((rule_id, kind), []).append(value)
    return values
