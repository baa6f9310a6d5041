"""Profiles: other figures for the same rules, for as long as a shop needs them, such as a promotion.

What belongs here: the schema of `expectations/profiles/<name>.yml` and laying it over rules. What does
not: which rules a shop of some size starts with (tiers.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationError

from orderhealth_pipeline.frames import ParameterValue
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.in_force.named_files import NamedModel, names_in, read_named
from orderhealth_pipeline.rules.language.bounds import comparison_problem, parameter_problem, takers_of
from orderhealth_pipeline.rules.language.condition import comparisons, with_figures
from orderhealth_pipeline.rules.language.conditions import (
    AnyCondition,
    SystemCondition,
    SystemCount,
    SystemShare,
)
from orderhealth_pipeline.rules.language.declarations import Identifier
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.language.numbers import Number, Parameter
from orderhealth_pipeline.words import Severity, Text
from orderhealth_pipeline.yaml_files import FrozenModel

_MEASURED: Final = ("feature", "count")
"""What a condition about the system looks at: no figure."""


class Override(FrozenModel):
    """What a profile changes about one rule, and why; what is left out stays as the rule's own file says.

    `figures` holds new values of the rule's figures, by their names. `hit_when` does the same for a rule of
    one comparison, by what it compares with, such as `more_than` or `share_below`.
    """

    why: Text
    enabled: bool | None = None
    severity: Severity | None = None
    weight: Annotated[Number, Field(gt=0, lt=1)] | None = None
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    hit_when: dict[Identifier, Number] = Field(default_factory=dict)
    figures: dict[Identifier, Number] = Field(default_factory=dict)


class Profile(NamedModel):
    """One file of `profiles/`: overrides by rule id."""

    rules: dict[Identifier, Override]


def read_profile(expectations: Path, name: str, text: str | None = None) -> Profile:
    """Read one profile of a folder of expectations; with `text` as though its file said that.

    Raises ConfigurationError when there is none of that name (naming those there are) or its file is wrong.
    """
    return read_named(expectations / "profiles", name, Profile, text)


def read_profiles(expectations: Path) -> tuple[Profile, ...]:
    """Read every profile of a folder of expectations. Raises ConfigurationError when a file is wrong."""
    return tuple(read_profile(expectations, name) for name in names_in(expectations / "profiles"))


def apply_profile(rules: Mapping[str, Rule], profile: Profile) -> dict[str, Rule]:
    """Return the rules, by id, with the profile's overrides.

    Raises ConfigurationError naming profile, rule and key when it speaks of a rule, parameter or
    comparison that does not exist, or when a value does not fit.
    """
    unknown = sorted(set(profile.rules) - set(rules))
    if unknown:
        raise profile.wrong(
            Message(
                "the profile '{name}' overrides the rule '{unknown}', which does not exist; "
                "there are: {rules}",
                name=profile.name,
                unknown=unknown[0],
                rules=", ".join(sorted(rules)),
            ),
            "rules",
            unknown[0],
        )
    return {
        rule_id: _overridden(rule, profile) if rule_id in profile.rules else rule
        for rule_id, rule in rules.items()
    }


def _overridden(rule: Rule, profile: Profile) -> Rule:
    override = profile.rules[rule.id]
    given = override.model_dump(include={"enabled", "severity", "weight"}, exclude_none=True)
    return rule.model_copy(
        update={
            **given,
            "parameters": _parameters(rule, profile),
            "hit_when": _condition(rule, profile),
        }
    )


def _parameters(rule: Rule, profile: Profile) -> dict[str, ParameterValue]:
    override = profile.rules[rule.id]
    place = Message("the profile '{name}', rule '{id}'", name=profile.name, id=rule.id)
    for name, value in override.parameters.items():
        if name not in rule.parameters:
            known = ", ".join(rule.parameters) or "none"
            raise profile.wrong(
                Message(
                    "{place}: it has no parameter '{name}'; it has: {known}",
                    place=place,
                    name=name,
                    known=known,
                ),
                "rules",
                rule.id,
                "parameters",
                name,
            )
        if _kind(value) != _kind(rule.parameters[name]):
            raise profile.wrong(
                Message(
                    "{place}: the parameter '{name}' is like {parameter}, not like {value}",
                    place=place,
                    name=name,
                    parameter=rule.parameters[name],
                    value=value,
                ),
                "rules",
                rule.id,
                "parameters",
                name,
            )
        if reason := parameter_problem(name, value, takers_of(rule)):
            raise profile.wrong(
                Message("{place}: parameters.{name}: {reason}", place=place, name=name, reason=reason),
                "rules",
                rule.id,
                "parameters",
                name,
            )
    return {**rule.parameters, **override.parameters}


def _kind(value: ParameterValue) -> type | None:
    """Return what tells words and lists from each other and from numbers."""
    return type(value) if isinstance(value, str | tuple) else None


def _condition(rule: Rule, profile: Profile) -> AnyCondition:
    condition, override = rule.hit_when, profile.rules[rule.id]
    if isinstance(condition, SystemCondition):
        return _system_condition(rule, condition, profile)
    place = Message("the profile '{name}', rule '{id}'", name=profile.name, id=rule.id)
    numbers = dict(override.figures)
    for name, number in override.hit_when.items():
        operators = [leaf.operator for leaf in rule.comparisons]
        if operators != [name]:
            raise profile.wrong(
                Message(
                    "{place}: it does not compare with '{name}', but with: {operators}",
                    place=place,
                    name=name,
                    operators=", ".join(operators),
                ),
                "rules",
                rule.id,
                "hit_when",
                name,
            )
        numbers["threshold"] = number
    try:
        changed = with_figures(condition, numbers)
    except ValueError as error:
        raise profile.wrong(
            Message("{place}: figures: {error}", place=place, error=error), "rules", rule.id, "figures"
        ) from None
    for leaf in comparisons(changed):
        if problem := comparison_problem(leaf, rule.request(leaf)):
            key = "hit_when" if override.hit_when else "figures"
            name = problem.key if override.hit_when else leaf.figure
            raise profile.wrong(
                Message(
                    "{place}: {key}.{name}: {reason}", place=place, key=key, name=name, reason=problem.reason
                ),
                "rules",
                rule.id,
                key,
                name,
            )
    return changed


def _system_condition(
    rule: Rule, condition: SystemShare | SystemCount, profile: Profile
) -> SystemShare | SystemCount:
    override = profile.rules[rule.id]
    place = Message("the profile '{name}', rule '{id}'", name=profile.name, id=rule.id)
    used = condition.model_dump(exclude_none=True)
    given = {**override.hit_when, **override.figures}
    for name in given:
        if name not in used or name in _MEASURED:
            known = ", ".join(key for key in used if key not in _MEASURED)
            raise profile.wrong(
                Message(
                    "{place}: it does not compare with '{name}', but with: {known}",
                    place=place,
                    name=name,
                    known=known,
                ),
                "rules",
                rule.id,
                "hit_when",
                name,
            )
    try:
        return type(condition).model_validate({**used, **given})
    except ValidationError as error:
        problem = error.errors()[0]
        key = ".".join(str(part) for part in problem["loc"])
        raise profile.wrong(
            Message("{place}: hit_when.{key}: {problem}", place=place, key=key, problem=problem["msg"]),
            "rules",
            rule.id,
            "hit_when",
        ) from None
