"""What the conditions of a rule look at, and what texts about its findings may name.

What belongs here: walking through conditions for it. What does not: the shape of a rule (model.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from orderhealth_pipeline.declared.features import Inputs, declared_features
from orderhealth_pipeline.declared.shape_features import shape_declaration
from orderhealth_pipeline.declared.system_counts import declared_counts
from orderhealth_pipeline.frames import ParameterValue
from orderhealth_pipeline.rules.language.condition import comparisons, figures
from orderhealth_pipeline.rules.language.conditions import (
    AnyCondition,
    Explanation,
    SystemCondition,
    SystemCount,
    SystemShare,
)
from orderhealth_pipeline.rules.language.declarations import Declarations
from orderhealth_pipeline.rules.language.looks import Look


def looks_of(
    condition: AnyCondition, explanations: Iterable[Explanation]
) -> list[tuple[str, Mapping[str, ParameterValue]]]:
    """Return the declared features that are looked at, each with the parameters that it brings itself."""
    looks: list[tuple[str, Mapping[str, ParameterValue]]] = []
    if isinstance(condition, SystemShare):
        looks.append((condition.feature, {}))
    elif not isinstance(condition, SystemCondition):
        looks += [(leaf.feature, leaf.with_) for leaf in comparisons(condition) if leaf.feature is not None]
    for each in explanations:
        if each.feature is not None:
            looks.append((each.feature, {}))
        if each.when is not None:
            looks += [(leaf.feature, leaf.with_) for leaf in comparisons(each.when) if leaf.feature]
    return looks


def inputs_of(looks: Iterable[Look]) -> Iterator[Inputs]:
    """Return what is read for everything that is looked at."""
    features = declared_features()
    for look in looks:
        if look.feature is None:
            yield shape_declaration(look.shape_request()).inputs
        elif look.feature in features:
            yield features[look.feature].inputs


def evidence_names(
    condition: AnyCondition, parameters: Mapping[str, ParameterValue], context: Declarations
) -> tuple[str, ...]:
    """Return what a sentence about a finding may name."""
    if isinstance(condition, SystemCount):
        return ("value", "threshold", *declared_counts()[condition.count].evidence, *parameters)
    if isinstance(condition, SystemShare):
        evidence = context.features[condition.feature].evidence
        return ("value", "threshold", "orders_concerned", "orders_true", *evidence)
    leaves = tuple(comparisons(condition))
    shown = [
        name
        for leaf in leaves
        for name in (
            context.features[leaf.feature].evidence
            if leaf.feature is not None
            else shape_declaration(leaf.shape_request()).evidence
        )
    ]
    values = [f"{leaf.figure}_value" for leaf in leaves]
    names = ("value", "threshold", *figures(condition), *values, *shown, *parameters)
    return tuple(dict.fromkeys(names))
