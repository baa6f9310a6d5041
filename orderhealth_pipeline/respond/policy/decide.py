"""The alert policy on one page: the order in which everything that is open passes its stages.

What belongs here: the order, and what goes at the end. What does not: any stage, which has a module of its
name, reading and recording (respond/decision_log.py), and composing messages (pipeline/alerting/).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decision import TELLING, Decision, DecisionKind, Letter
from orderhealth_pipeline.respond.policy.facts import NOBODY
from orderhealth_pipeline.respond.policy.stages.acknowledge import acknowledge
from orderhealth_pipeline.respond.policy.stages.budget import budget
from orderhealth_pipeline.respond.policy.stages.group import group
from orderhealth_pipeline.respond.policy.stages.inhibit import inhibit
from orderhealth_pipeline.respond.policy.stages.match import match
from orderhealth_pipeline.respond.policy.stages.quiet_hours import quiet_hours
from orderhealth_pipeline.respond.policy.stages.silence import silence
from orderhealth_pipeline.respond.policy.stages.unchanged import unchanged


@dataclass(frozen=True)
class Outcome:
    """What was decided at an instant, and the letters that go out."""

    decisions: tuple[Decision, ...]
    letters: tuple[Letter, ...]

    @property
    def messages(self) -> dict[str, int]:
        """Count the letters to each channel."""
        counted: dict[str, int] = {}
        for letter in self.letters:
            counted[letter.channel] = counted.get(letter.channel, 0) + 1
        return counted


def decide(context: Context) -> Outcome:
    """Decide on all that is open at an instant: who hears of it, and why somebody does not.

    match → inhibit → silence → acknowledge → unchanged → group → budget → quiet hours → send or digest.
    """
    asks, decisions = match(context)
    for stage in (inhibit, silence, acknowledge, unchanged):
        asks, decided = stage(asks, context)
        decisions += decided
    letters = group(asks)
    for limit in (budget, quiet_hours):
        letters, decided = limit(letters, context)
        decisions += decided
    decisions += [decision for letter in letters for decision in _sent(letter, context)]
    return Outcome(tuple(_news(decisions, context)), tuple(letters))


def _sent(letter: Letter, context: Context) -> Iterable[Decision]:
    decision: DecisionKind = "sent"
    if letter.kind in {"digest", "reminder"}:
        decision = "digested" if letter.kind == "digest" else "reminder"
    for ask in letter.asks:
        if ask.fresh and ask.told:
            yield ask.decided(context.now, "reminder", "not_acknowledged", ask.told)
            yield ask.decided(context.now, decision, ask.why, ask.fresh | ask.lapsed)
        else:
            yield ask.decided(context.now, decision, ask.why)


def _news(decisions: Iterable[Decision], context: Context) -> Iterable[Decision]:
    """Leave out what was decided in the same way before, and holds."""
    memory = context.memory
    for each in decisions:
        place, said = (each.subject, each.channel), (each.decision, each.why)
        if each.decision in TELLING or (each.channel == NOBODY and each.kind is not None and not each.cases):
            yield each
        elif each.cases:
            standing = memory.standing_cases[place]
            new = tuple(case for case in each.cases if case not in standing or standing[case][:2] != said)
            if new:
                yield replace(each, cases=new)
        elif place not in memory.standing or memory.standing[place][:2] != said:
            yield each
