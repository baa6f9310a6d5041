"""What a figure of a rule may be: declared per unit in features.yml, checked wherever a figure is read.

What belongs here: comparing figures with their bounds, and saying what is allowed. What does not: where the
figure stands (catalogue.py, profiles.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from orderhealth_pipeline.declared.features import (
    Bounds,
    FeatureDeclaration,
    ParameterUnit,
    declared_features,
    units,
)
from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.declared.system_counts import declared_counts
from orderhealth_pipeline.frames import FeatureRequest, ParameterValue
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.language.conditions import SystemCount
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import fold

_VERY_LARGE: Final = 10**18
_NEEDS_MORE_THAN_NOTHING: Final = {"at_least": "every order", "below": "no order"}
"""Comparisons that say nothing with 0, because no feature is negative: whom they hit then."""


class TakesParameters(Protocol):
    """A declared feature, or a declared count."""

    @property
    def parameters(self) -> Mapping[str, ParameterUnit]:
        """Its parameters, each with its unit."""


def takers_of(rule: Rule) -> list[TakesParameters]:
    """Return what takes the parameters of a rule: the features that it looks at, or what it counts."""
    features = declared_features()
    takers: list[TakesParameters] = [
        features[look.feature] for look in rule.looks if look.feature is not None
    ]
    if isinstance(rule.hit_when, SystemCount):
        takers.append(declared_counts()[rule.hit_when.count])
    return takers


def parameter_problem(name: str, value: ParameterValue, takers: Iterable[TakesParameters]) -> str | None:
    """Say why a parameter makes no sense for what takes it, or null where it does."""
    kinds = {each.parameters[name] for each in takers if name in each.parameters}
    for kind in sorted(kinds):
        if kind == "word":
            continue
        if kind == "words":
            if not isinstance(value, tuple) or not all(map(fold, value)):
                return Message("{value} was given, a list of words is expected", value=_written(value))
            continue
        if kind == "rule":
            if not isinstance(value, str):
                return Message("{value} was given, the id of a rule is expected", value=_written(value))
            continue
        if isinstance(value, str | tuple):
            return Message(
                "'{value}' was given, a number is expected ({allowed})",
                value=_written(value),
                allowed=_allowed(units()[kind], kind),
            )
        if not _is_within(Decimal(value), units()[kind]):
            return _not_allowed(value, units()[kind], kind)
    return None


@dataclass(frozen=True)
class Problem:
    """A figure that makes no sense: the key of the comparison that it stands under, and why."""

    key: str
    reason: str


def comparison_problem(leaf: Comparison, request: FeatureRequest) -> Problem | None:
    """Say which figure of a comparison makes no sense, or null where all do."""
    operator = leaf.number_operator
    if operator is None:
        return None
    declaration = declaration_of(request)
    for number in leaf.threshold.numbers:
        if reason := threshold_problem(declaration, operator, number):
            return Problem(operator, reason)
    return None


def threshold_problem(feature: FeatureDeclaration, operator: str, value: Decimal) -> str | None:
    """Say why comparing a feature so with the value makes no sense, or null where it does.

    A feature may have a value of 0 though no parameter of its unit may: nothing has waited yet.
    """
    if value < 0:
        return Message("{value} was given, but no feature is negative", value=_written(value))
    if value == 0 and operator in _NEEDS_MORE_THAN_NOTHING:
        return Message("0 was given, which hits {what}", what=Message(_NEEDS_MORE_THAN_NOTHING[operator]))
    if feature.unit is None:
        return None
    bounds = units()[feature.unit].model_copy(update={"at_least": Decimal(0)})
    if not _is_within(value, bounds):
        return _not_allowed(value, bounds, feature.unit)
    return None


def _is_within(value: Decimal, bounds: Bounds) -> bool:
    if not value.is_finite() or not bounds.at_least <= value <= bounds.at_most:
        return False
    return not bounds.is_whole or value == int(value)


def _not_allowed(value: ParameterValue, bounds: Bounds, unit: str) -> Message:
    return Message(
        "{value} was given, {allowed} is expected", value=_written(value), allowed=_allowed(bounds, unit)
    )


def _allowed(bounds: Bounds, unit: str) -> Message:
    number = Message("a whole number" if bounds.is_whole else "a number")
    return Message(
        "{number} from {at_least} to {at_most} ({unit})",
        number=number,
        at_least=bounds.at_least,
        at_most=bounds.at_most,
        unit=unit,
    )


def _written(value: ParameterValue) -> str:
    if isinstance(value, str | tuple):
        return (value if isinstance(value, str) else ", ".join(value))[:40]
    number = Decimal(value)
    return f"{number:.6e}" if abs(number) >= _VERY_LARGE else str(value)[:40]
