"""A condition as SQL over the columns of order_fact: the second road, written apart from the first.

What belongs here: the SQL text of a condition. What does not: the Polars expression of the same condition
(rules/language/holds.py): neither knows the other, so that a fault of one of them shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from orderhealth_pipeline.rules.language.condition import Comparison, Group
from orderhealth_pipeline.words import fold

_SIGNS: Final[Mapping[str, str]] = {"more_than": ">", "at_least": ">=", "below": "<", "at_most": "<="}


def condition_sql(condition: Comparison | Group, column_of: Callable[[Comparison], str]) -> str:
    """Return a Boolean expression that is true where the condition holds, else false; never null."""
    if isinstance(condition, Group):
        word = " AND " if condition.join == "all" else " OR "
        joined = "(" + word.join(condition_sql(member, column_of) for member in condition.members) + ")"
        return f"(NOT {joined})" if condition.join == "none" else joined
    return _comparison_sql(condition, _name(column_of(condition)))


def _comparison_sql(leaf: Comparison, column: str) -> str:
    match leaf.operator:
        case "is_missing":
            return f"({column} IS {'' if leaf.is_missing else 'NOT '}NULL)"
        case "is":
            return f"coalesce({column} = {1 if leaf.is_ else 0}, false)"
        case "contains_any":
            found = " OR ".join(f"contains({column}, {_text(word)})" for word in leaf.words)
            return f"coalesce({found}, false)"
        case "is_one_of" | "is_not_one_of":
            word = "IN" if leaf.operator == "is_one_of" else "NOT IN"
            return f"coalesce({column} {word} ({', '.join(map(_text, leaf.words))}), false)"
        case sign:
            return f"coalesce({column} {_SIGNS[sign]} {_figure(leaf)}, false)"


def _figure(leaf: Comparison) -> str:
    threshold = leaf.threshold
    cases = "".join(
        f" WHEN {_name(place)} = {_quoted(name)} THEN {_number(number)}"
        for place, name, number in threshold.by_place()
    )
    default = _number(threshold.default)
    return f"CASE{cases} ELSE {default} END" if cases else default


def _number(number: Decimal) -> str:
    return f"{number:f}::decimal(18, 6)"


def _text(word: str) -> str:
    return _quoted(fold(word))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
