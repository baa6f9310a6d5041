"""What could be added to the data next, ranked by the weight of the rules that it unlocks.

What belongs here: the ranking. Feeds that have stopped are not to be added but to be brought back. What does
not: words (report/words/blind_words.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from orderhealth_pipeline.rules.blindness import Blindness

Item = tuple[str, str | None]
"""A feed that was never provided, or a column (`a|b`: one of the two) that no file of a feed ever had."""

_NEVER_PROVIDED: Final = "missing"


@dataclass(frozen=True)
class BlindRule:
    """An enabled rule that is unknown, what it weighs, and what it does not see."""

    rule_id: str
    weight: float
    blindness: Blindness


@dataclass(frozen=True)
class Addition:
    """Feeds and columns that unlock rules together, and what these weigh."""

    items: tuple[Item, ...]
    rules: tuple[str, ...]
    weight: float


def next_additions(blind: Iterable[BlindRule]) -> tuple[Addition, ...]:
    """Rank what could be added: first what unlocks most, each one counted on top of those before it.

    A rule that waits for a feed that has stopped, or that its orders say too little for, is not unlocked by
    adding anything. Of additions that unlock as much the smaller one comes first.
    """
    waiting = {rule.rule_id: rule for rule in blind}
    needed = {rule_id: items for rule_id, rule in waiting.items() if (items := _needed(rule.blindness))}
    added: list[Addition] = []
    while needed:
        choices = {items: _unlocked_by(items, needed) for items in dict.fromkeys(needed.values())}
        weights = {
            items: sum(waiting[rule_id].weight for rule_id in rules) for items, rules in choices.items()
        }
        best = min(choices, key=lambda items: (-weights[items], len(items), _named(items)))
        added.append(Addition(_named(best), choices[best], weights[best]))
        needed = {rule_id: items - best for rule_id, items in needed.items() if rule_id not in choices[best]}
    return tuple(added)


def stopped_feeds(blind: Iterable[BlindRule]) -> dict[str, float]:
    """Return the feeds that came once and that rules may not rely on now, with the weight that waits."""
    waiting: dict[str, float] = {}
    for rule in blind:
        for feed, state in rule.blindness.feeds.items():
            if state != _NEVER_PROVIDED:
                waiting[feed] = waiting.get(feed, 0.0) + rule.weight
    return dict(sorted(waiting.items(), key=lambda one: (-one[1], one[0])))


def _needed(blindness: Blindness) -> frozenset[Item]:
    if any(state != _NEVER_PROVIDED for state in blindness.feeds.values()):
        return frozenset()
    columns = ((feed, column) for feed, names in blindness.columns.items() for column in names)
    return frozenset((*((feed, None) for feed in blindness.feeds), *columns))


def _unlocked_by(items: frozenset[Item], needed: Mapping[str, frozenset[Item]]) -> tuple[str, ...]:
    return tuple(rule_id for rule_id, missing in needed.items() if missing <= items)


def _named(items: frozenset[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (item[0], item[1] or "")))
