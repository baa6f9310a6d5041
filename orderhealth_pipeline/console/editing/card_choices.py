"""What a card offers: everything that a comparison can look at, and what can be asked of it.

What belongs here: choices with their titles. What does not: cards themselves (cards.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, get_args

from orderhealth_pipeline.console.editing.cards import Card
from orderhealth_pipeline.console.words import Words
from orderhealth_pipeline.declared.features import declared_features
from orderhealth_pipeline.declared.order_columns import order_columns
from orderhealth_pipeline.rules.language.condition import Join
from orderhealth_pipeline.rules.language.looks import KIND_OF, CountOf, Key
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.language.sentence import sentence_words
from orderhealth_pipeline.rules.rule_docs import measured
from orderhealth_pipeline.words import NUMBER_OPERATORS, TEXT_OPERATORS, Milestone

JOINS: Final[tuple[Join, ...]] = get_args(Join)
_BOOLEAN: Final = ("is", "is_missing")
_LONGEST_TITLE: Final = 90


@dataclass(frozen=True)
class Choices:
    """The choices of selects: values with their titles."""

    looks: list[tuple[str, list[tuple[str, str]]]]
    milestones: list[tuple[str, str]]
    keys: list[tuple[str, str]]
    counts: list[tuple[str, str]]


def choices(rule: Rule, words: Words) -> Choices:
    """Return what cards offer; features are told with the figures of the rule."""
    said = sentence_words(words.locale)
    features = [
        (f"feature:{name}", _short(measured(rule, name, words.locale))) for name in declared_features()
    ]
    columns = [
        (f"column:{name}", each.title.zh if words.locale == "zh" else each.title.en)
        for name, each in order_columns().items()
        if each.type != "promise"
    ]
    shapes = [(name, words(f"shape_{name}")) for name in ("waiting", "took", "same")]
    shapes.append(("nth_order_of:buyer_id", words("shape_nth_order_of")))
    return Choices(
        looks=[
            (words("look_shapes"), shapes),
            (words("look_columns"), columns),
            (words("look_features"), features),
        ],
        milestones=[(each, said.milestones.get(each, each)) for each in get_args(Milestone)],
        keys=[(each, said.keys[each]) for each in get_args(Key)],
        counts=[
            *((each, said.counts[each]) for each in get_args(CountOf)),
            ("amount", words("count_amount")),
        ],
    )


def operators(card: Card, words: Words) -> list[tuple[str, str]]:
    """Return what can be asked of what a card looks at."""
    look, _, name = card.fields.get("look", "").partition(":")
    asked: tuple[str, ...] = (*NUMBER_OPERATORS, "is_missing")
    if look == "column" and name in order_columns():
        kind = KIND_OF[order_columns()[name].type]
        by_kind: Mapping[str, tuple[str, ...]] = {
            "text": (*TEXT_OPERATORS, "is_missing"),
            "boolean": _BOOLEAN,
            "instant": ("is_missing",),
        }
        asked = by_kind.get(kind, asked)
    elif look == "feature" and name in declared_features() and declared_features()[name].unit is None:
        asked = _BOOLEAN
    return [(each, words(f"operator_{each}")) for each in asked]


def completed(root: Card, rule: Rule, rules: Mapping[str, Rule]) -> Card:
    """Give cards what their look needs: a fitting operator, milestones, parameters that the rule lacks."""
    for card in _leaves(root):
        fields = card.fields
        look, _, name = fields.get("look", "").partition(":")
        fitting = [each for each, _ in operators(card, Words("en"))]
        if fields.get("operator") not in fitting:
            fields |= {"operator": fitting[0], "value": "true" if fitting[0] in _BOOLEAN else "1"}
        starts = {
            "waiting": {"waiting_since": "paid", "waiting_for": "outbound"},
            "took": {"took_from": "paid", "took_to": "outbound"},
            "same": {"same_key": "buyer_id", "same_within": "24h", "same_count": "orders"},
        }
        for key, value in starts.get(look, {}).items():
            fields.setdefault(key, value)
        if look == "feature" and name in declared_features():
            wanted = [each for each in declared_features()[name].parameters if each not in rule.parameters]
            for parameter in wanted:
                fields.setdefault(f"with.{parameter}", _usual(parameter, rules))
    return root


def _leaves(card: Card) -> list[Card]:
    return [leaf for each in card.members for leaf in _leaves(each)] if card.is_group else [card]


def _usual(parameter: str, rules: Mapping[str, Rule]) -> str:
    """Return what another rule says for a parameter."""
    for rule in rules.values():
        value = rule.parameters.get(parameter)
        if isinstance(value, int | Decimal | str):
            return str(value)
    return "1"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 1]}…"
