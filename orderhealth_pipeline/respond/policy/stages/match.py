"""First stage: who would hear of what, if nothing held it back.

What belongs here: the asks of scores, cases, sources and the heartbeat on every channel that is theirs. What
does not: any reason to hold one back (the other stages).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from orderhealth_pipeline.respond.policy.context import Context
from orderhealth_pipeline.respond.policy.decision import WAITING, Ask, Decision, NoticeKind, Staged
from orderhealth_pipeline.respond.policy.facts import (
    CASES,
    HEARTBEAT,
    NOBODY,
    SCORE,
    SOURCE,
    CaseFact,
    ScoreFact,
)
from orderhealth_pipeline.respond.policy.memory import Told
from orderhealth_pipeline.respond.policy.routes import ChannelRoute

_OPENING = frozenset({"breach", "worse", "reminder"})


def match(context: Context) -> Staged:
    """Return what is asked for, and decisions on what no channel asks for."""
    asks: list[Ask] = []
    decided: list[Decision] = []
    for found in (_of_scores(context), _of_cases(context), _of_sources(context), _of_heartbeat(context)):
        for ask in found:
            if isinstance(ask, Ask):
                asks.append(ask)
            else:
                decided.append(ask)
    return asks, decided


def _of_scores(context: Context) -> Iterator[Ask | Decision]:
    routes = {each.name: each for each in context.routes.channels}
    hearing = context.routes.hearing("score") or {NOBODY: None}
    for fact in context.facts.scores:
        for channel, role in hearing.items():
            kind = _score_kind(fact, channel, context)
            ask = Ask(
                fact.subject,
                channel,
                role,
                kind,
                why=kind or "",
                score=fact.score,
                is_first=kind not in {"worse", "reminder"},
                is_critical=any(severity == "critical" for _, severity in fact.about),
                about=fact.about,
            )
            route = routes.get(channel)
            if kind is None and fact.opened_at is None:
                continue
            if route is None:
                yield ask.decided(context.now, "unmatched", "no_channel")
            elif kind == "breach" and not _concerns(route, fact):
                yield replace(ask, kind=None).decided(context.now, "unmatched", "filter")
            else:
                yield ask


def _concerns(route: ChannelRoute, fact: ScoreFact) -> bool:
    return route.wants_all or any(route.wants(*each) for each in fact.about)


def _score_kind(fact: ScoreFact, channel: str, context: Context) -> NoticeKind | None:
    """Say what a channel would hear of a score, by what it heard before; nothing while there is no score."""
    place = (fact.subject, channel)
    told = context.memory.told.get(place)
    if fact.is_muted or fact.score is None:
        return None
    if fact.opened_at is None:
        return fact.closed_as if told is not None and told.kind in _OPENING else None
    if told is None or told.at < fact.opened_at or told.kind not in _OPENING:
        standing = context.memory.standing.get(place)
        waits = standing is not None and standing[0] in WAITING and standing[2] >= fact.opened_at
        return "breach" if fact.opened_at == context.now or waits else None
    if _is_worse(fact, told, context):
        return "worse"
    return "reminder" if told.at + context.settings.reminder_every <= context.now else None


def _is_worse(fact: ScoreFact, told: Told, context: Context) -> bool:
    if (
        fact.score is not None
        and told.score is not None
        and fact.score <= told.score - context.settings.worse_by
    ):
        return True
    if fact.subject != SCORE:
        return False
    critical = defaultdict(list)
    for case in context.facts.cases.values():
        if case.severity == "critical":
            critical[case.rule_id].append(case.since)
    return any(min(since) > told.at for since in critical.values())


def _of_cases(context: Context) -> Iterator[Ask | Decision]:
    by_role: defaultdict[str, list[CaseFact]] = defaultdict(list)
    for case in context.facts.cases.values():
        by_role[case.role].append(case)
    # Cases that waited and are over are told of too: nothing that waits is dropped.
    for subject, _ in list(context.memory.standing_cases):
        if subject.startswith(CASES):
            by_role.setdefault(subject.removeprefix(CASES), [])
    for role, cases in sorted(by_role.items()):
        unheard = {case.case_id for case in cases}
        channels = context.routes.channels_of(role)
        for route in channels:
            wanted = [
                case
                for case in cases
                if route.wants(case.stage, case.severity)
                and context.routes.roles[role].tells(route.name, (case.cause_kind, case.cause))
            ]
            unheard -= {case.case_id for case in wanted}
            yield from _of_role(role, route.name, wanted, context)
        if unheard:
            ask = Ask(CASES + role, NOBODY, role, fresh=frozenset(unheard))
            yield ask.decided(context.now, "unmatched", "filter" if channels else "no_channel")


def _of_role(role: str, channel: str, cases: list[CaseFact], context: Context) -> Iterator[Ask]:
    place = (CASES + role, channel)
    told_at = context.memory.told_cases[place]
    woken = {("silenced", f"snoozed {entry}") for entry in context.woken}
    standing = context.memory.standing_cases[place] if woken else {}
    told = frozenset(
        case.case_id
        for case in cases
        if case.case_id in told_at
        and told_at[case.case_id] >= case.since
        and not (case.case_id in standing and standing[case.case_id][:2] in woken)
    )
    fresh = frozenset(case.case_id for case in cases) - told
    live = context.facts.cases
    lapsed = frozenset(
        case
        for case, (decision, _, _) in context.memory.standing_cases[place].items()
        if decision == "throttled" and case not in live and case not in told_at
    )
    known_rules = {live[case].rule_id for case in told}
    if fresh or told or lapsed:
        yield Ask(
            CASES + role,
            channel,
            role,
            "cases",
            why="new_cases",
            fresh=fresh,
            told=told,
            lapsed=lapsed,
            is_first=any(live[case].rule_id not in known_rules for case in fresh),
            is_critical=any(live[case].severity == "critical" for case in fresh),
        )


def _of_sources(context: Context) -> Iterator[Ask | Decision]:
    hearing = context.routes.hearing("sources") or {NOBODY: None}
    troubled = context.facts.sources
    known = {each for each, _ in context.memory.told if each.startswith(SOURCE)}
    for subject in sorted(known | {SOURCE + feed for feed in troubled}):
        source = troubled.get(subject.removeprefix(SOURCE))
        for channel, role in hearing.items():
            told = _told_of_trouble((subject, channel), context)
            if source is None and told is None:
                continue
            ask = Ask(subject, channel, role, why="fresh" if source is None else source.state)
            if source is not None and told is None:
                ask = replace(ask, kind="source", is_first=True)
            elif source is None and told == "source":
                ask = replace(ask, kind="recovered", is_first=True)
            yield ask.decided(context.now, "unmatched", "no_channel") if channel == NOBODY else ask


def _told_of_trouble(place: tuple[str, str], context: Context) -> NoticeKind | None:
    """Say by which message a channel was told of a source in trouble, if it has not heard of its end."""
    told, standing = context.memory.told.get(place), context.memory.standing.get(place)
    if told is None or told.kind not in {"source", "unconfirmed"}:
        return None
    is_over = standing is not None and standing[1] == "fresh" and standing[2] > told.at
    return None if is_over else told.kind


def _of_heartbeat(context: Context) -> Iterator[Ask]:
    every = context.settings.heartbeat_every
    for route in context.routes.channels:
        told = context.memory.told.get((HEARTBEAT, route.name))
        since = context.facts.watched_since if told is None else told.at
        if since + every <= context.now:
            yield Ask(HEARTBEAT, route.name, kind="heartbeat", why="heartbeat")
