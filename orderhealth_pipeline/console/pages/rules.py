"""`/rules`: every rule as a sentence with its figures, how often it was right, and what it finds now.

What belongs here: the values of `rules.html.j2`. What does not: one rule (rule.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.plan import plan_of_profile
from orderhealth_pipeline.report.model_findings import RuleResult
from orderhealth_pipeline.rules.in_force.calendar import profile_at
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.rule_docs import comparison_in_words
from orderhealth_pipeline.words import STAGES


@dataclass(frozen=True)
class Line:
    """A rule in the list: how it reads, and what the newest evaluation said of it, if there was one."""

    rule: Rule
    sentence: str
    result: RuleResult | None


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page; rules are shown before anything was evaluated, too."""
    base, now = visit.plan, visit.site.now()
    done = visit.request.query_params.get("done", "")
    profile = profile_at(base.calendar, now, base.settings.profile)
    plan = visit.site.once_published(("plan", profile), lambda: plan_of_profile(base, profile))
    results: dict[str, RuleResult] = {}
    with suppress(StoreError):
        results = {each.rule_id: each for each in visit.report.rules}
    lines = [
        Line(rule, comparison_in_words(rule, visit.locale), results.get(rule.id))
        for rule in plan.catalogue.rules.values()
    ]
    waiting = [each for each in visit.site.rule_changes.newest(limit=50) if each.state == "waiting"]
    return {
        "stages": [(stage, [line for line in lines if line.rule.stage == stage]) for stage in STAGES],
        "profile": profile,
        "entry": next((each for each in base.calendar if each.holds(now)), None),
        "waiting": waiting,
        "known": frozenset(plan.catalogue.rules),
        "done": visit.site.rule_changes.find(int(done)) if done.isdecimal() else None,
        "conflict": "conflict" in visit.request.query_params,
    }
