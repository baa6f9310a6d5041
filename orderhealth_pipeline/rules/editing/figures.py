"""The figures of a rule that a person may change: what each is, where it stands, and how far it may go.

What belongs here: finding them in the rule's own file, or in that of the profile that is laid over it. What
does not: changing them (yaml_edit.py), and showing them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from orderhealth_pipeline.declared.features import Bounds, units
from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.rules.in_force.profiles import Override
from orderhealth_pipeline.rules.language.bounds import takers_of
from orderhealth_pipeline.rules.language.condition import Comparison, placed_comparisons
from orderhealth_pipeline.rules.language.conditions import SystemCondition, SystemShare
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import Place
from orderhealth_pipeline.yaml_files import Keys

Source = Literal["rule", "profile"]
"""Whose file a figure stands in."""

Kind = Literal["threshold", "parameter"]

_STEPS: Final = 100
_UP_TO: Final = Decimal("2.5")
"""A slider ends at about so many times the figure that there is."""

_SMALLEST: Final = Decimal("0.01")


@dataclass(frozen=True)
class Figure:
    """A number of a rule. `leaf` is the comparison that it belongs to, `place` where it counts alone."""

    source: Source
    keys: Keys
    kind: Kind
    name: str
    value: Decimal
    unit: str | None
    leaf: Comparison | None = None
    place: tuple[Place, str] | None = None

    @property
    def high(self) -> Decimal:
        """Where a slider ends; it begins at 0."""
        most = self._bounds.at_most
        if self.unit == "share":
            return most
        return min(max(_round(self.value * _UP_TO), Decimal(5) if self._is_whole else _SMALLEST), most)

    @property
    def step(self) -> Decimal:
        """How far one step of a slider goes."""
        return max(_round(self.high / _STEPS), Decimal(1) if self._is_whole else _SMALLEST)

    @property
    def _is_whole(self) -> bool:
        """Say whether a person would count it in whole numbers."""
        is_fine = self._bounds.at_most <= 100 or self.value != int(self.value)  # noqa: PLR2004 - shares, ratios
        return self._bounds.is_whole or not is_fine

    @property
    def _bounds(self) -> Bounds:
        known = {str(unit): bounds for unit, bounds in units().items()}
        return known.get(self.unit or "", Bounds(at_least=Decimal(0), at_most=Decimal(10**9)))


def figures_of(rule: Rule, override: Override | None) -> tuple[Figure, ...]:
    """Return the figures of a rule as its file has it, with those that a profile says in their place."""
    own = (*_thresholds(rule), *_parameters(rule))
    return tuple(_overridden(rule, figure, override) for figure in own)


def _thresholds(rule: Rule) -> Iterator[Figure]:
    condition = rule.hit_when
    if isinstance(condition, SystemCondition):
        share = isinstance(condition, SystemShare)
        key = "share_below" if share else "at_least"
        value = Decimal(str(getattr(condition, key)))
        yield Figure(
            "rule", ("hit_when", key), "threshold", "threshold", value, "share" if share else "count"
        )
        if isinstance(condition, SystemShare):
            least = Decimal(condition.orders_at_least)
            yield Figure(
                "rule", ("hit_when", "orders_at_least"), "threshold", "orders_at_least", least, "count"
            )
        return
    for keys, leaf in placed_comparisons(condition, ("hit_when",)):
        operator = leaf.number_operator
        if operator is None:
            continue
        unit = declaration_of(rule.request(leaf)).unit
        threshold, own = leaf.threshold, (*keys, operator)
        default = (*own, "default") if threshold.places else own
        yield Figure("rule", default, "threshold", leaf.figure, threshold.default, unit, leaf)
        for place, name, number in threshold.by_place():
            yield Figure(
                "rule", (*own, place, name), "threshold", leaf.figure, number, unit, leaf, (place, name)
            )


def _parameters(rule: Rule) -> Iterator[Figure]:
    takers = takers_of(rule)
    for name, value in rule.parameters.items():
        if isinstance(value, str | tuple):
            continue
        unit = next((each.parameters[name] for each in takers if name in each.parameters), None)
        yield Figure("rule", ("parameters", name), "parameter", name, Decimal(str(value)), unit)


def _overridden(rule: Rule, figure: Figure, override: Override | None) -> Figure:
    """Return the figure as a profile says it, where it does."""
    if override is None or figure.place is not None:
        return figure
    in_profile: Keys = ("rules", rule.id)
    if figure.kind == "parameter":
        value, keys = override.parameters.get(figure.name), (*in_profile, "parameters", figure.name)
    elif figure.name in override.figures:
        value, keys = override.figures[figure.name], (*in_profile, "figures", figure.name)
    else:
        operator = next(str(key) for key in reversed(figure.keys) if key != "default")
        is_alone = isinstance(rule.hit_when, Comparison | SystemCondition)
        value = override.hit_when.get(operator) if is_alone else None
        keys = (*in_profile, "hit_when", operator)
    if value is None or isinstance(value, str | tuple):
        return figure
    return Figure("profile", keys, figure.kind, figure.name, Decimal(str(value)), figure.unit, figure.leaf)


def _round(number: Decimal) -> Decimal:
    """Round up to one of 1, 2, 2.5, 5 and ten times these."""
    power = Decimal(10) ** number.adjusted() if number else Decimal(1)
    return next(
        step * power
        for step in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
        if step * power >= number
    )
