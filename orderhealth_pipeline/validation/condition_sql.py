"""A condition as SQL over the columns of order_fact: the second road, written apart from the first.

What belongs here: the SQL text of a condition. What does not: the Polars expression of the same condition
(rules/language/holds.py): neither knows the other, so that a fault of one of them shows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Final

from orderhealth_pipeline.frames import known_column
from orderhealth_pipeline.rules.language.condition import Comparison, Group
from orderhealth_pipeline.rules.language.conditions import SystemCondition
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.of_time import IS_LASTING, is_lasting
from orderhealth_pipeline.words import fold

_SIGNS: Final[Mapping[str, str]] = {"more_than": ">", "at_least": ">=", "below": "<", "at_most": "<="}


def rule_sql(rule: Rule, columns: Collection[str]) -> str:
    """Return when a rule about orders hits: its condition, of the orders that it judges.

    `columns` are those of order_fact. Raises TypeError for a rule about the system as a whole.
    """
    condition = rule.hit_when
    if isinstance(condition, SystemCondition):
        raise TypeError(f"the rule {rule.id} is about no single order")
    parts = [condition_sql(condition, lambda leaf: rule.request(leaf).column)]
    for place, names in rule.applies_to.items():
        parts.append(f"coalesce({_name(place)} IN ({', '.join(map(_quoted, names))}), false)")
    if known := _known_sql(rule, condition, columns):
        parts.append(known)
    if _leaves_lasting_out(rule, columns):
        parts.append(f"({_name(IS_LASTING)} = 0)")
    return " AND ".join(parts)


def columns_of_rule(rule: Rule, columns: Collection[str]) -> tuple[str, ...]:
    """Return the columns of order_fact that `rule_sql` names."""
    named: dict[str, None] = dict.fromkeys(rule.applies_to)
    if _leaves_lasting_out(rule, columns):
        named[IS_LASTING] = None
    for leaf in rule.comparisons:
        request = rule.request(leaf)
        places = leaf.threshold.columns if leaf.number_operator else ()
        named |= dict.fromkeys((request.column, *places))
        if known_column(request) in columns:
            named[known_column(request)] = None
    return tuple(named)


def _leaves_lasting_out(rule: Rule, columns: Collection[str]) -> bool:
    return IS_LASTING in columns and not is_lasting(rule)


def _known_sql(rule: Rule, condition: Comparison | Group, columns: Collection[str]) -> str | None:
    """Say of which orders enough is known: of all members, of `any` one of them; None where of all orders."""
    if isinstance(condition, Comparison):
        column = known_column(rule.request(condition))
        asks = condition.operator != "is_missing" and column in columns
        return f"({_name(column)} = 1)" if asks else None
    parts = [_known_sql(rule, member, columns) for member in condition.members]
    if condition.join == "any":
        return None if None in parts else "(" + " OR ".join(filter(None, parts)) + ")"
    return "(" + " AND ".join(filter(None, parts)) + ")" if any(parts) else None


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
    return f"{number:f}"


def _text(word: str) -> str:
    return _quoted(fold(word))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
