"""A rule that does not exist yet → the text of its file, with sentences that follow from its condition.

What belongs here: what a condition alone tells: names of figures, feeds, sentences. What does not: what a
person says of the rule (console/editing/new_rule.py), and whether the file is right (catalogue.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from textwrap import indent
from typing import Any, Final

from orderhealth_pipeline.declared.features import alternatives, declared_features
from orderhealth_pipeline.declared.order_columns import order_columns
from orderhealth_pipeline.frames import ParameterValue
from orderhealth_pipeline.rules.editing.yaml_values import block
from orderhealth_pipeline.rules.language.condition import Comparison, Group, comparisons
from orderhealth_pipeline.rules.language.rule_looks import inputs_of
from orderhealth_pipeline.rules.language.sentence import look_title, sentence
from orderhealth_pipeline.words import NUMBER_OPERATORS, Locale

Raw = dict[str, Any]
"""A condition, or a part of a file, as YAML has it."""

_JOINS: Final = ("all", "any", "none")
_SHAPES: Final = ("waiting", "took", "same", "nth_order_of")
_NAMED: Final = re.compile("\0(\\w+)\0")
_COLUMNS: Final = 118
_LOCALES: Final[tuple[Locale, ...]] = ("zh", "en")
_JOINED: Final[Mapping[Locale, str]] = {"zh": "；", "en": "; "}


def with_names(condition: Raw) -> Raw:
    """Return a condition in which no two figures have one name: later ones get a number."""
    taken: set[str] = set()

    def named(leaf: Raw) -> Raw:
        if not any(operator in leaf for operator in NUMBER_OPERATORS):
            return leaf
        plain = leaf.get("as") or _name_of(leaf)
        name, number = plain, 1
        while name in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(name)
        return leaf if name == plain else {**leaf, "as": name}

    return _changed(condition, named)


def with_parameters(condition: Raw, parameters: Mapping[str, Any]) -> tuple[Raw, Raw]:
    """Return a condition and its parameters: what all its features are given alike belongs to the rule.

    `parameters` are those that the rule has already; what no feature takes is left out.
    """
    leaves = list(_leaves(condition))
    given: dict[str, list[Any]] = {}
    for leaf in leaves:
        for name, value in leaf.get("with", {}).items():
            given.setdefault(name, []).append(value)
    common: Raw = {
        name: values[0]
        for name, values in given.items()
        if all(value == values[0] for value in values) and parameters.get(name, values[0]) == values[0]
    }
    taken = {
        name
        for leaf in leaves
        if leaf.get("feature") in declared_features()
        for name in declared_features()[leaf["feature"]].parameters
    }

    def without(leaf: Raw) -> Raw:
        own = {name: value for name, value in leaf.get("with", {}).items() if name not in common}
        rest = {name: value for name, value in leaf.items() if name != "with"}
        return {**rest, "with": own} if own else rest

    kept = {name: value for name, value in parameters.items() if name in taken}
    return _changed(condition, without), {**kept, **common}


def parsed(condition: Raw) -> Comparison | Group:
    """Read a condition without its file. Raises ValueError for one that makes no sense."""
    kind: type[Group | Comparison] = Group if any(join in condition for join in _JOINS) else Comparison
    return kind.model_validate(condition)


def feeds_of(condition: Comparison | Group) -> list[str]:
    """Return the feeds that a condition reads, as `needs` names them."""
    feeds = {
        feed
        for inputs in inputs_of(comparisons(condition))
        for own_feed, columns in {**inputs.needs, **inputs.judges_by}.items()
        for feed in (own_feed, *(each for column in columns for each, _ in alternatives(own_feed, column)))
    }
    return sorted(feeds) or ["storefront_orders"]


def means_of(condition: Comparison | Group, parameters: Mapping[str, ParameterValue]) -> dict[Locale, str]:
    """Return what a rule means: its condition as a sentence, with the names of its figures in braces."""
    return {
        locale: _braced(
            sentence(condition, locale, _titles(locale, parameters), lambda leaf: f"\0{leaf.figure}\0")
        )
        for locale in _LOCALES
    }


def title_of(condition: Comparison | Group) -> dict[Locale, str]:
    """Return the condition as a sentence with its figures: what a rule is called before anybody names it."""
    return {locale: sentence(condition, locale, _plain_titles(locale)) for locale in _LOCALES}


def says_of(condition: Comparison | Group, parameters: Mapping[str, ParameterValue]) -> dict[Locale, str]:
    """Return what is said of an order that is found: every number with the figure that it is held against."""
    leaves = list(comparisons(condition))
    told: dict[Locale, str] = {}
    for locale in _LOCALES:
        titles = _titles(locale, parameters)
        parts = [
            f"{look_title(leaf, locale, titles)} \0{_value_of(leaf, len(leaves))}\0 "
            f"({_sign(leaf)} \0{leaf.figure}\0)"
            if leaf.number_operator
            else sentence(leaf, locale, titles)
            for leaf in leaves
        ]
        told[locale] = _braced(_JOINED[locale].join(parts))
    return told


def file_of(document: Mapping[str, Any], examples: str) -> str:
    """Return the text of a rule's file; `examples` is the text of a list, written by whoever knows it."""
    lines = list(block(dict(document), _COLUMNS))
    return "\n".join([*lines, "", "examples:", indent(examples.strip("\n"), "  "), ""])


def _braced(text: str) -> str:
    return _NAMED.sub(r"{\1}", text.replace("{", "{{").replace("}", "}}"))


def _value_of(leaf: Comparison, leaves: int) -> str:
    return "value" if leaves == 1 else f"{leaf.figure}_value"


def _sign(leaf: Comparison) -> str:
    return {"more_than": ">", "at_least": "≥", "below": "<", "at_most": "≤"}[str(leaf.number_operator)]


def _plain_titles(locale: Locale) -> Callable[[str], str]:
    def title(name: str) -> str:
        if name in declared_features():
            return declared_features()[name].measures.in_locale(locale)
        return order_columns()[name].title.in_locale(locale) if name in order_columns() else name

    return title


def _titles(locale: Locale, parameters: Mapping[str, ParameterValue]) -> Callable[[str], str]:
    plain = _plain_titles(locale)

    def title(name: str) -> str:
        text = plain(name)
        if name not in declared_features():
            return text
        for parameter in sorted(parameters, key=len, reverse=True):
            text = re.sub(rf"(?<![\w\0]){parameter}(?![\w\0])", f"\0{parameter}\0", text, flags=re.ASCII)
        return text

    return title


def _name_of(leaf: Raw) -> str:
    return str(
        leaf.get("feature")
        or leaf.get("column")
        or next((each for each in _SHAPES if each in leaf), "figure")
    )


def _leaves(condition: Raw) -> Iterator[Raw]:
    join = next((each for each in _JOINS if each in condition), None)
    if join is None:
        yield condition
        return
    for member in condition[join]:
        yield from _leaves(member)


def _changed(condition: Raw, change: Callable[[Raw], Raw]) -> Raw:
    join = next((each for each in _JOINS if each in condition), None)
    if join is None:
        return change(condition)
    return {join: [_changed(member, change) for member in condition[join]]}
