"""Fourth stage: who has said that it is known is not reminded.

What belongs here: acknowledged cases, and reminders of a score. What does not: acknowledging (cases/).
"""

from __future__ import annotations

from collections.abc import Sequence

from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decision import Ask, Staged


def acknowledge(asks: Sequence[Ask], context: Context) -> Staged:
    """Take cases out that somebody has acknowledged, and reminders of a breach that somebody works on."""
    passed, decided = [], []
    opened = {fact.subject: fact.opened_at for fact in context.facts.scores}
    somebody = context.facts.acknowledged_at
    for ask in asks:
        since = opened.get(ask.subject)
        if ask.kind == "reminder" and since is not None and somebody is not None and somebody >= since:
            decided.append(ask.decided(context.now, "acknowledged", "known"))
            continue
        known = [
            case for case in ask.fresh | ask.told if context.facts.cases[case].acknowledged_at is not None
        ]
        if known:
            decided.append(ask.decided(context.now, "acknowledged", "known", known))
        passed.append(ask.without(known) if known else ask)
    return passed, decided
