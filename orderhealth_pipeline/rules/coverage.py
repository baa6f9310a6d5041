"""Feeds that cover only some shops: the rules that need them say nothing about orders of other shops.

What belongs here: limiting rules to what their feeds cover. What does not: the setting (settings/), and
what a rule says of the orders that it applies to (evaluate.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.language.rule_looks import inputs_of
from orderhealth_pipeline.words import Limit, Place

Covers = Mapping[str, Mapping[Place, tuple[str, ...]]]
"""By feed the shops, warehouses, carriers or provinces that it covers; a feed that is not here covers all."""


def limited_to_covered(rules: Mapping[str, Rule], covers: Covers) -> dict[str, Rule]:
    """Return the rules, by id, each applied only to orders that all feeds it needs cover.

    A platform keeps the orders of some shops out of an ERP's interface by rule: "paid and not in the ERP"
    would be false of each of them.
    """
    return {rule_id: _limited(rule, covers) for rule_id, rule in rules.items()}


def _limited(rule: Rule, covers: Covers) -> Rule:
    needed = {*rule.needs, *(feed for inputs in inputs_of(rule.looks) for feed in inputs.needs)}
    applies_to: dict[Limit, tuple[str, ...]] = dict(rule.applies_to)
    for feed in sorted(needed & covers.keys()):
        for place, names in covers[feed].items():
            before = applies_to.get(place, names)
            applies_to[place] = tuple(name for name in before if name in names)
    return rule if applies_to == rule.applies_to else rule.model_copy(update={"applies_to": applies_to})
