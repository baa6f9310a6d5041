"""Calls about rules that there are: listing, reading, what a draft would do, publishing it.

What belongs here: requests → the workbench. What does not: drafts (asking.py, editing/), taking back
(changes.py).
"""

from __future__ import annotations

import json
from contextlib import suppress

import yaml

from orderhealth_pipeline.console.api.call import ApiError, Asked
from orderhealth_pipeline.console.api.rulebook.asking import (
    change_answer,
    conflicts,
    drafted,
    effect_answer,
    guest_of,
    name_of_figure,
    require_followed,
    require_own,
)
from orderhealth_pipeline.console.api.rulebook.models import (
    ChangeOfRules,
    EffectAnswer,
    FigureOfRule,
    MessagesADay,
    RuleLine,
    RuleList,
    WholeRule,
)
from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.editing.bench import Bench, bench_of, effect_of
from orderhealth_pipeline.console.editing.rates import messages_of
from orderhealth_pipeline.console.editing.wording import changes_of, fields_of, says
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.plan import plan_at
from orderhealth_pipeline.pipeline.what_if.effect import Effect
from orderhealth_pipeline.report.model_findings import RuleResult
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.rule_docs import comparison_in_words


def list_rules(asked: Asked) -> RuleList:
    """List all rules; they are listed before anything was evaluated, too."""
    guest = guest_of(asked)
    plan, results = plan_at(guest.plan, guest.site.now()), _results(guest)
    return RuleList(
        profile=plan.settings.profile,
        rules=[_line(rule, results.get(rule.id)) for rule in plan.catalogue.rules.values()],
    )


def show_rule(asked: Asked) -> WholeRule:
    """Show one rule."""
    guest = guest_of(asked)
    with conflicts():
        bench = bench_of(guest, asked.path["rule_id"], {"profile": asked.query.profile or ""})
    rule = bench.in_force
    read = yaml.safe_load(bench.draft.after[bench.path])
    return WholeRule(
        **_line(rule, _results(guest).get(rule.id)).model_dump(),
        profile=bench.profile,
        weight=float(rule.weight),
        owner=rule.owner.en,
        due_minutes=rule.due_minutes,
        applies_to={place: list(names) for place, names in rule.applies_to.items()},
        figures=[
            FigureOfRule(
                name=name_of_figure(bench.rule, each.figure),
                title=each.title,
                operator=each.operator,
                value=float(each.figure.value),
                unit=each.figure.unit,
                from_profile=each.figure.source == "profile",
            )
            for each in fields_of(bench, guest.words)
        ],
        condition=json.loads(json.dumps(read["hit_when"], default=str)),
        file=bench.path.relative_to(bench.plan.settings.expectations).as_posix(),
        fingerprint=bench.draft.fingerprint,
    )


def preview_rule(asked: Asked) -> EffectAnswer:
    """Say what a draft would do to the present orders."""
    guest = guest_of(asked)
    with conflicts():
        bench = drafted(guest, asked.path["rule_id"], asked.body)
    if bench.problem is not None:
        raise bench.problem
    effect = effect_of(guest, bench)
    answer = effect_answer(effect, comparison_in_words(bench.then, "en"))
    return answer.model_copy(update={"messages_a_day": _messages(guest, bench, effect)})


def publish_rule(asked: Asked) -> ChangeOfRules:
    """Publish a draft, or leave it for a second person."""
    guest, body = guest_of(asked), asked.body
    require_own(guest)
    with conflicts():
        bench = drafted(guest, asked.path["rule_id"], body)
    if bench.problem is not None:
        raise bench.problem
    if body.fingerprint is not None and body.fingerprint != bench.draft.fingerprint:
        raise ApiError(
            409, "somebody has changed the file meanwhile", {"fingerprint": bench.draft.fingerprint}
        )
    if not bench.is_changed:
        raise ApiError(409, "the rule says that already")
    found = publishing.checked(guest, bench.draft, bench.rule.id)
    if found.refused is not None:
        raise found.refused
    require_followed(found.examples, follows=body.follow_examples)
    with conflicts():
        draft = publishing.with_examples(guest, bench.draft, found.examples)
        about = (bench.rule.id, says(changes_of(bench, guest.words)))
        number = publishing.publish(guest, draft, body.why, about)
    return change_answer(guest, number)


def _messages(guest: Guest, bench: Bench, effect: Effect | None) -> MessagesADay | None:
    site = guest.site
    if effect is None or not bench.plan.settings.channels:
        return None
    rates = site.rates.of(bench.plan, site.version(), bench.rule.id, guest.report.as_of)
    found = messages_of(rates, effect)
    return None if found is None else MessagesADay(now=found[0], then=found[1])


def _line(rule: Rule, result: RuleResult | None) -> RuleLine:
    return RuleLine(
        rule_id=rule.id,
        stage=rule.stage,
        title=rule.title.en,
        enabled=rule.enabled,
        severity=rule.severity,
        says=comparison_in_words(rule, "en"),
        outcome=None if result is None else result.outcome,
        open=None if result is None else result.open,
    )


def _results(guest: Guest) -> dict[str, RuleResult]:
    with suppress(StoreError):
        return {each.rule_id: each for each in guest.report.rules}
    return {}
