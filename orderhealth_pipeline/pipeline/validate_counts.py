"""The second opinion on what rules about the system count: the facts as one table, and a query per rule.

What belongs here: that table and those queries. What does not: asking Great Expectations (validate.py), and
the first count (rules/system_facts.py), which shares nothing with these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from orderhealth_pipeline.frames import ParameterValue
from orderhealth_pipeline.rules.language.conditions import SystemCount
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.system_facts import SystemFacts, number_of
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.validation import CountCheck

_BATCH: Final = "{batch}"
_MICROSECONDS: Final = 60_000_000


def table_of_facts(facts: SystemFacts) -> pl.DataFrame:
    """Return all facts as rows of one table; `measured` says which of them a row belongs to."""
    parts = {
        "orphans": facts.orphans,
        "unknown_words": facts.unknown_words,
        "results": pl.concat([facts.earlier, facts.results], how="diagonal"),
    }
    rows = [frame.with_columns(measured=pl.lit(name)) for name, frame in parts.items()]
    return pl.concat(rows, how="diagonal").with_columns(
        is_active=pl.lit(value=True), as_of=pl.lit(facts.as_of), today=pl.lit(facts.today)
    )


def count_check(rule: Rule, condition: SystemCount) -> CountCheck:
    """Return the query that finds what a rule counts, a row each."""
    query, columns = _QUERIES[condition.count]
    return CountCheck(
        rule.id, query(rule.parameters), ("measured", *columns), condition.at_least, rule.severity
    )


def _orphans(parameters: Mapping[str, ParameterValue]) -> str:
    microseconds = int(number_of(parameters, "older_than_minutes") * _MICROSECONDS)
    return statement("validation/find_orphan_records", batch=_BATCH, microseconds=microseconds)


def _words(parameters: Mapping[str, ParameterValue]) -> str:
    return statement("validation/find_unknown_words", batch=_BATCH, **parameters)


def _shifts(parameters: Mapping[str, ParameterValue]) -> str:
    return statement("validation/find_shifted_rules", batch=_BATCH, **parameters)


_QUERIES: Final[Mapping[str, tuple[Callable[[Mapping[str, ParameterValue]], str], tuple[str, ...]]]] = {
    "orphan_records": (_orphans, ("key", "since", "as_of")),
    "unknown_words": (_words, ("word",)),
    "shifted_rules": (_shifts, ("rule_id", "day", "today", "evaluated", "open")),
}
