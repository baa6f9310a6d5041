"""Third stage: what a person said shall wait is not told.

What belongs here: holding back what a snooze speaks of. What does not: which snoozes are in force
(silences.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decision import Ask, Staged
from orderhealth_pipeline.respond.policy.silences import Silence


def silence(asks: Sequence[Ask], context: Context) -> Staged:
    """Hold back subjects and cases that a snooze speaks of."""
    passed, decided = [], []
    cases = context.facts.cases
    for ask in asks:
        whole = next((each for each in context.silences if each.covers(ask.subject)), None)
        if whole is not None:
            decided.append(ask.decided(context.now, "silenced", _why(whole)))
            continue
        by_why: defaultdict[str, list[str]] = defaultdict(list)
        for case in ask.fresh | ask.told:
            found = next((each for each in context.silences if each.covers_case(cases[case])), None)
            if found is not None or cases[case].is_snoozed:
                by_why[_why(found)].append(case)
        decided += [ask.decided(context.now, "silenced", why, some) for why, some in sorted(by_why.items())]
        passed.append(ask.without(case for some in by_why.values() for case in some))
    return passed, decided


def _why(silence: Silence | None) -> str:
    if silence is None:
        return "snoozed"
    return f"snoozed {silence.entry}" if silence.entry is not None else "snoozed exceptions.yml"
