"""What the figures of a rule are called, and what changes of a rule are in words.

What belongs here: putting words together. What does not: the words (pages/rules.yml).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from orderhealth_pipeline.console.editing.bench import Bench, field_name
from orderhealth_pipeline.console.words import Words
from orderhealth_pipeline.rules.editing.figures import Figure
from orderhealth_pipeline.rules.editing.yaml_values import plain_number
from orderhealth_pipeline.rules.in_force.profiles import Profile
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.language.sentence import look_title
from orderhealth_pipeline.rules.rule_docs import comparison_in_words, measured
from orderhealth_pipeline.words import Locale, Text

_TOLD: Final = frozenset({"minutes", "hours", "days", "share"})
"""Units that are said beside a figure; a number of something says itself what it is."""


@dataclass(frozen=True)
class Field:
    """A figure as a form shows it: `now` is what its file says, `value` what was typed."""

    figure: Figure
    name: str
    title: str
    operator: str
    unit: str
    now: str
    value: str


@dataclass(frozen=True)
class Change:
    """What one change is in words: what, from which value, to which."""

    what: str
    before: str
    after: str


def fields_of(bench: Bench, words: Words) -> list[Field]:
    """Return the figures of a rule as fields."""
    return [_field(bench, figure, words) for figure in bench.figures]


def changes_of(bench: Bench, words: Words) -> list[Change]:
    """Return what a draft changes, in words, the figures first."""
    return list(_changes(bench, words))


def says(changes: list[Change]) -> str:
    """Return changes in one line, for the log."""
    return "; ".join(f"{each.what}: {each.before} → {each.after}" for each in changes)


def _field(bench: Bench, figure: Figure, words: Words) -> Field:
    name, now = field_name(figure), plain_number(figure.value)
    title = _title(bench.rule, figure, words)
    operator = "" if figure.leaf is None else words.word("operator", figure.leaf.operator)
    if figure.place is not None:
        operator = f"{operator} · {words.word('place', figure.place[0])} {figure.place[1]}"
    unit = words.word("unit", figure.unit) if figure.unit in _TOLD else ""
    return Field(figure, name, title, operator, unit, now, bench.typed.get(name, now))


def _title(rule: Rule, figure: Figure, words: Words) -> str:
    locale: Locale = words.locale
    if figure.leaf is not None:
        return look_title(figure.leaf, locale, lambda name: measured(rule, name, locale))
    return words.word("param", figure.name)


def _changes(bench: Bench, words: Words) -> Iterator[Change]:
    for field in fields_of(bench, words):
        if (after := _number(field.value)) is not None and after != field.figure.value:
            yield Change(f"{field.title} {field.operator}".strip(), field.now, plain_number(after))
    before, then = bench.rule, bench.then
    pairs: tuple[tuple[str, object, object], ...] = (
        ("enabled", before.enabled, then.enabled),
        ("severity", bench.in_force.severity, then.severity),
        ("weight", bench.in_force.weight, then.weight),
        ("due_minutes", before.due_minutes, then.due_minutes),
        ("applies_to", before.applies_to, then.applies_to),
    )
    for name, old, new in pairs:
        if old != new and bench.drafted is not None:
            yield Change(words(f"rule_{name}"), _said(old, words), _said(new, words))
    old_words, new_words = (comparison_in_words(rule, words.locale) for rule in (bench.in_force, then))
    if bench.draft.changed and _shape(bench.in_force) != _shape(then):
        yield Change(words("rule_condition"), old_words, new_words)


def titles_of_profiles(profiles: Iterable[Profile], locale: Locale) -> dict[str, str]:
    """Return what profiles are called."""
    return {each.name: each.title.in_locale(locale) for each in profiles}


def _shape(rule: Rule) -> list[tuple[str, str]]:
    return [(leaf.name, leaf.operator) for leaf in rule.comparisons]


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip())
    except ArithmeticError:
        return None


def _said(value: object, words: Words) -> str:
    if isinstance(value, bool):
        return words("rule_on" if value else "rule_off")
    if isinstance(value, dict):
        return "; ".join(f"{key}: {', '.join(names)}" for key, names in value.items()) or "—"
    if isinstance(value, Text):
        return value.in_locale(words.locale)
    return "—" if value is None else words.word("severity", str(value))
