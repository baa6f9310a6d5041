"""Reads the cases that are to be done, by who owns them.

What belongs here: that table. What does not: single cases, which `orderhealth case` shows.
"""

from __future__ import annotations

from orderhealth_pipeline.report.model_cases import OwnersCases
from orderhealth_pipeline.report.read.reading import Reading
from orderhealth_pipeline.report.read.tables import Row


def read_cases(reading: Reading) -> tuple[OwnersCases, ...]:
    """Read how many cases each role has, those with most overdue first."""
    rows = reading.tables.rows(
        "run/count_cases_by_owner", as_of=reading.as_of, previous=reading.previous_as_of
    )
    return tuple(
        OwnersCases(
            owner=_owner(reading, row),
            role=row["owner"],
            cases=row["cases"],
            new=None if reading.previous_as_of is None else row["new_cases"],
            overdue=row["overdue"],
            orders=row["orders"],
            oldest_since=row["oldest_since"],
        )
        for row in rows
    )


def _owner(reading: Reading, row: Row) -> str:
    """Return what the owner is called; a role that people chose, and no rule names, goes by its name."""
    rule = reading.rules.get(row["rule_id"])
    return str(row["owner"]) if rule is None else rule.owner.in_locale(reading.locale)
