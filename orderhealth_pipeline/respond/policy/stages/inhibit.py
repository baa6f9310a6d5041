"""Second stage: a cause mutes its consequences.

What belongs here: cases of rules that a source in trouble makes blind, and those that the configuration has
another rule mute. What does not: what people said (silence.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decision import Ask, Staged


def inhibit(asks: Sequence[Ask], context: Context) -> Staged:
    """Take cases out whose findings nobody can check now, or that have a cause which is told already."""
    muted = _muted_rules(context)
    if not muted:
        return list(asks), []
    passed, decided = [], []
    cases = context.facts.cases
    for ask in asks:
        by_why: defaultdict[str, list[str]] = defaultdict(list)
        for case in ask.fresh | ask.told:
            if (why := muted.get(cases[case].rule_id)) is not None:
                by_why[why].append(case)
        decided += [ask.decided(context.now, "inhibited", why, some) for why, some in sorted(by_why.items())]
        passed.append(ask.without(case for some in by_why.values() for case in some))
    return passed, decided


def _muted_rules(context: Context) -> dict[str, str]:
    """Return the rules that are muted, each with its reason."""
    open_rules = {case.rule_id for case in context.facts.cases.values()}
    muted = {
        rule: f"rule {each.cause}"
        for each in context.settings.inhibit
        if each.cause in open_rules
        for rule in each.mutes
    }
    return muted | {
        rule: f"source {source.feed}"
        for source in context.facts.sources.values()
        for rule in source.blind_rules
    }
