"""What verdicts say of rules: their precision, and for noisy ones the figure that is proposed.

What belongs here: reading verdicts and what the rules compared. What does not: counting (rules/precision.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.desk.reading import read_said_at
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.cases.closed_cases import expanded_log
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.precision import (
    Judged,
    Proposal,
    newest_verdicts,
    precision_of_rules,
    proposed_figure,
)
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.registered import registered


def judged_rules(settings: Settings, rules: Mapping[str, Rule], as_of: datetime) -> dict[str, Judged]:
    """Return what verdicts say of the rules that anybody judged, as the desk has it. Raises StoreError."""
    said = read_said_at(settings.desk_address)
    verdicts = newest_verdicts(said, as_of)

    def judged(con: duckdb.DuckDBPyConnection) -> dict[str, Judged]:
        return judged_in(con, newest_verdicts(expanded_log(con, said), as_of), rules)

    try:
        return from_published(settings.store, judged) if said.height else {}
    except StoreError:
        return {rule: Judged(each) for rule, each in precision_of_rules(verdicts).items() if rule in rules}


def judged_in(
    con: duckdb.DuckDBPyConnection, verdicts: pl.DataFrame, rules: Mapping[str, Rule]
) -> dict[str, Judged]:
    """Return what verdicts say of rules; what noisy ones compared is read of the findings of a store."""
    precisions = {rule: each for rule, each in precision_of_rules(verdicts).items() if rule in rules}
    is_noisy = any(each.is_noisy for each in precisions.values())
    values = _values(con, verdicts) if is_noisy else {}
    return {
        rule_id: Judged(each, _proposal(rules[rule_id], values) if each.is_noisy else None)
        for rule_id, each in precisions.items()
    }


def _proposal(rule: Rule, values: Mapping[tuple[str, str], list[float]]) -> Proposal | None:
    condition = rule.hit_when
    if not isinstance(condition, Comparison):
        return None
    right, wrong = (values.get((rule.id, kind), []) for kind in ("confirmed", "false_alarm"))
    proposed = proposed_figure(right, wrong, condition.operator)
    return proposed and Proposal(condition.operator, *proposed)


def _values(con: duckdb.DuckDBPyConnection, verdicts: pl.DataFrame) -> dict[tuple[str, str], list[float]]:
    with registered(con, "verdicts", verdicts):
        rows = sql.run(con, "report/findings/select_values_of_verdicts")
    values: dict[tuple[str, str], list[float]] = {}
    for rule_id, kind, value in rows:
        if value is not None:
            values.setdefault((rule_id, kind), []).append(value)
    return values
