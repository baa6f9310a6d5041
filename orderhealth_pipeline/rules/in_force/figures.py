"""A rule with other figures, as `--set threshold=20` asks for them.

What belongs here: changing figures and parameters by their names. What does not: profiles, which do the same
from a file (profiles.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.language.bounds import comparison_problem, parameter_problem, takers_of
from orderhealth_pipeline.rules.language.condition import comparisons, figures, with_figures
from orderhealth_pipeline.rules.language.conditions import AnyCondition, SystemCondition, SystemCount
from orderhealth_pipeline.rules.language.contradictions import contradiction
from orderhealth_pipeline.rules.language.model import Rule


def read_changes(given: Iterable[str]) -> dict[str, Decimal]:
    """Read `name=number` texts. Raises ConfigurationError."""
    changes = {}
    for text in given:
        name, has_number, number = text.partition("=")
        try:
            changes[name.strip()] = Decimal(number.strip())
        except InvalidOperation:
            has_number = ""
        if not has_number or not name.strip() or not changes[name.strip()].is_finite():
            raise ConfigurationError(
                Message("--set: '{text}' was given, such as threshold=20 is expected", text=text)
            )
    return changes


def with_changes(rule: Rule, changes: Mapping[str, Decimal]) -> Rule:
    """Return the rule with other figures and parameters. Raises ConfigurationError for those it has not."""
    parameters = {name: value for name, value in changes.items() if name in rule.parameters}
    numbers = {name: value for name, value in changes.items() if name not in parameters}
    for name, value in parameters.items():
        if reason := parameter_problem(name, value, takers_of(rule)):
            raise ConfigurationError(Message("--set: {name}: {reason}", name=name, reason=reason))
    whole = {name: int(value) if value == int(value) else value for name, value in parameters.items()}
    return rule.model_copy(
        update={
            "hit_when": _changed(rule, numbers),
            "parameters": {**rule.parameters, **whole},
        }
    )


def _changed(rule: Rule, numbers: dict[str, Decimal]) -> AnyCondition:
    condition = rule.hit_when
    if isinstance(condition, SystemCondition):
        compared = "at_least" if isinstance(condition, SystemCount) else "share_below"
        if numbers.keys() - {"threshold", compared}:
            raise ConfigurationError(
                Message(
                    "--set: the rule '{id}' has no figure '{numbers}'; it has: threshold",
                    id=rule.id,
                    numbers=min(numbers),
                )
            )
        given = [(compared, number) for number in numbers.values()]
        return condition.model_copy(update=dict(given))
    try:
        changed = with_figures(condition, numbers)
    except ValueError as error:
        known = ", ".join((*figures(condition), *rule.parameters))
        raise ConfigurationError(
            Message("--set: {error}; parameters and figures are: {known}", error=error, known=known)
        ) from None
    for leaf in comparisons(changed):
        if problem := comparison_problem(leaf, rule.request(leaf)):
            raise ConfigurationError(
                Message("--set: {figure}: {reason}", figure=leaf.figure, reason=problem.reason)
            )
    if reason := contradiction(changed):
        raise ConfigurationError(Message("--set: {reason}", reason=reason))
    return changed
