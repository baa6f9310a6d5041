"""What calls about rules share: who asks, mistakes as problems, and drafts as the workbench takes them.

What belongs here: from a request to what a person would have typed. What does not: any call.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from starlette.exceptions import HTTPException

from orderhealth_pipeline.console.api.call import ApiError, Asked
from orderhealth_pipeline.console.api.rulebook.models import (
    ChangeOfRules,
    EffectAnswer,
    ExampleFound,
    RuleDraft,
    SideOfEffect,
)
from orderhealth_pipeline.console.editing.bench import CONDITION_FIELD, Bench, bench_of, field_name, name_of
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.editing.publish import ChangedMeanwhileError, is_shipped
from orderhealth_pipeline.pipeline.what_if.effect import Effect, Side
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.rules.editing.figures import Figure
from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.language.conditions import SystemCondition
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.own_examples.example_check import Disagreement

MOST_ORDERS: Final = 1000
_DEEPEST: Final = 30


def guest_of(asked: Asked) -> Guest:
    """Return who asks; calls are answered in English."""
    return Guest(asked.site, asked.person, "en")


@contextmanager
def conflicts() -> Iterator[None]:
    """Answer 409 where somebody changed a file meanwhile, and 404 or 422 where a page would."""
    try:
        yield
    except ChangedMeanwhileError:
        raise ApiError(409, "somebody has changed the file meanwhile") from None
    except HTTPException as error:
        known = error.status_code == 404  # noqa: PLR2004 - not found
        raise ApiError(404 if known else 422, "there is no such rule" if known else error.detail) from None


def drafted(guest: Guest, rule_id: str, draft: RuleDraft) -> Bench:
    """Put a rule on the bench with what a draft says. Raises ApiError for a figure that it has not."""
    plain = bench_of(guest, rule_id, {"profile": draft.profile or ""})
    typed: dict[str, str] = {"profile": draft.profile or ""}
    by_name = {name_of_figure(plain.rule, each): each for each in plain.figures}
    for name, number in draft.figures.items():
        if name not in by_name:
            raise ApiError(422, f"figures: there is no {name}; there are: {', '.join(by_name)}")
        typed[field_name(by_name[name])] = (
            f"{number:f}".rstrip("0").rstrip(".") if number % 1 else f"{number:.0f}"
        )
    if draft.condition is not None:
        typed[CONDITION_FIELD] = json.dumps(shallow(draft.condition), ensure_ascii=False)
    if draft.applies_to is not None:
        said = "; ".join(f"{place} = {', '.join(names)}" for place, names in draft.applies_to.items())
        typed[name_of("rule", ("applies_to",))] = said
    for name in ("enabled", "severity", "weight", "due_minutes"):
        value = getattr(draft, name)
        if value is not None:
            typed[name_of("rule", (name,))] = str(value).lower()
    return bench_of(guest, rule_id, typed)


def name_of_figure(rule: Rule, figure: Figure) -> str:
    """Return what a draft calls a figure: alone it is `threshold`, at a place it has that."""
    is_alone = isinstance(rule.hit_when, Comparison | SystemCondition) and figure.leaf is not None
    name = "threshold" if is_alone else figure.name
    return name if figure.place is None else f"{name}@{figure.place[0]}={figure.place[1]}"


def shallow(condition: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a condition that nests no deeper than a file may. Raises ApiError."""

    def depth(value: Any, so_far: int) -> int:
        if so_far > _DEEPEST:
            raise ApiError(422, "condition: it is nested too deep")
        members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return max((depth(each, so_far + 1) for each in members), default=so_far)

    depth(dict(condition), 0)
    return condition


def require_own(guest: Guest) -> None:
    """Raise ConfigurationError where the rules belong to the program."""
    if is_shipped(guest.site.settings.expectations):
        raise ConfigurationError(
            "these rules belong to the program: name a folder of your own, `expectations:` in orderhealth.yml"
        )


def effect_answer(effect: Effect | None, says: str) -> EffectAnswer:
    """Return an effect as a call gives it. Raises ApiError for a rule about the system, which has none."""
    if effect is None:
        raise ApiError(422, "this rule looks at all orders together: a back-test shows what it would say")
    return EffectAnswer(
        now=_side(effect.now),
        then=_side(effect.then),
        coming=len(effect.new),
        going=len(effect.gone),
        new=list(effect.new[:MOST_ORDERS]),
        gone=list(effect.gone[:MOST_ORDERS]),
        says=says,
    )


def require_followed(examples: tuple[Disagreement, ...], *, follows: bool) -> None:
    """Raise ApiError where examples expect something else than the rule says, and do not follow."""
    if not examples or follows:
        return
    named = [
        ExampleFound(name=each.example.name, expected=str(each.expected), found=str(each.found)).model_dump()
        for each in examples
    ]
    raise ApiError(
        422, "examples of the file expect something else: look, then set follow_examples", {"examples": named}
    )


def change_answer(guest: Guest, number: int) -> ChangeOfRules:
    """Return a change as a call gives it. Raises ApiError where there is none."""
    change = guest.site.rule_changes.find(number)
    if change is None:
        raise ApiError(404, "there is no such change")
    return ChangeOfRules(
        change=change.change,
        at=change.at,
        who=mask_text(change.who),
        why=mask_text(change.why),
        about=change.about,
        says=change.says,
        state=change.state,
        decided_by=mask_text(change.decided_by) if change.decided_by else None,
        decided_at=change.decided_at,
    )


def _side(side: Side) -> SideOfEffect:
    return SideOfEffect(
        hits=side.hits,
        explained=side.explained,
        open=side.open,
        cases=side.cases,
        confirmed=side.confirmed,
        false_alarms=side.false_alarms,
        score=None if side.score is None else float(side.score),
    )
