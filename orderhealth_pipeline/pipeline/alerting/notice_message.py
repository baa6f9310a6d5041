"""Messages about cases, sources, digests and heartbeats, of the letters that the policy lets go.

What belongs here: from case ids and feeds to lines that people read. What does not: their words
(respond/messages/), and messages about a score (score_message.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from orderhealth_pipeline.pipeline.alerting.score_message import place_title, report_link
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.report.notice import MOST_LINES, CaseLine, Notice, ScoreLine, SourceLine
from orderhealth_pipeline.respond.policy.decision import Ask, Letter
from orderhealth_pipeline.respond.policy.facts import CASES, SOURCE, Facts

_NAMED: Final = frozenset({"sku", "warehouse", "carrier", "waybill", "shop"})
"""Causes that are told by name; the others may tell of people."""

CaseRows = Mapping[str, Mapping[str, Any]]


def build_notice(plan: RunPlan, letter: Letter, facts: Facts, cases: CaseRows, as_of: datetime) -> Notice:
    """Say what a letter tells of; `cases` are rows of the table of cases, by their id."""
    lines = [line for ask in letter.asks for line in _case_lines(plan, ask, cases)]
    sources = [
        _source(plan, ask.subject.removeprefix(SOURCE), facts)
        for ask in letter.asks
        if ask.subject.startswith(SOURCE)
    ]
    is_digest = letter.kind == "digest"
    scores = [ask for ask in letter.asks if not ask.subject.startswith((CASES, SOURCE))]
    role = letter.asks[0].role if len(letter.asks) == 1 else None
    return Notice.model_validate(
        {
            "kind": letter.kind,
            "subject": letter_subject(letter),
            "locale": plan.settings.locale,
            "as_of": as_of,
            "time_zone": plan.settings.timezone,
            "role": None if role is None else role_title(plan, role),
            "cases": tuple(lines[:MOST_LINES]),
            "more": max(0, len(lines) - MOST_LINES),
            "sources": tuple(sources),
            "scores": tuple(_score(plan, ask) for ask in scores) if is_digest else (),
            "open_cases": len(facts.cases) if letter.kind == "heartbeat" else None,
            "link": report_link(plan, as_of),
        }
    )


def role_title(plan: RunPlan, role: str) -> str:
    """Call a role as its rules do."""
    owners = (rule.owner for rule in plan.catalogue.rules.values())
    title = plan.owners.title_of(role) or next(
        (owner for owner in owners if plan.owners.role_of(owner) == role), None
    )
    return role if title is None else title.in_locale(plan.settings.locale)


def letter_subject(letter: Letter) -> str:
    """Name what a letter is about."""
    if letter.kind == "digest":
        return "digest"
    subjects = sorted({ask.subject for ask in letter.asks})
    return subjects[0] if len(subjects) == 1 else "sources"


def _case_lines(plan: RunPlan, ask: Ask, cases: CaseRows) -> list[CaseLine]:
    """Put the cases of an ask into lines: new ones first, the severest of them on top."""
    return [
        line
        for state, some in (("new", ask.fresh), ("before", ask.told), ("over", ask.lapsed))
        for line in _of_state(plan, state, [cases[case] for case in sorted(some) if case in cases])
    ]


def _of_state(plan: RunPlan, state: str, cases: Iterable[Mapping[str, Any]]) -> list[CaseLine]:
    together: defaultdict[tuple[str, str, str | None], list[Mapping[str, Any]]] = defaultdict(list)
    for case in cases:
        cause = case["cause"] if case["cause_kind"] in _NAMED else None
        together[case["rule_id"], case["cause_kind"], cause].append(case)
    lines = []
    for (rule_id, cause_kind, cause), some in together.items():
        rule = plan.catalogue.rules.get(rule_id)
        due = [case["due_at"] for case in some if case["due_at"] is not None]
        lines.append(
            CaseLine.model_validate(
                {
                    "rule_id": rule_id,
                    "title": rule_id if rule is None else rule.title.in_locale(plan.settings.locale),
                    "severity": some[0]["severity"],
                    "state": state,
                    "cause_kind": cause_kind,
                    "cause": cause,
                    "orders": sum(case["orders"] or 0 for case in some),
                    "cases": tuple(case["case_id"] for case in some),
                    "due_at": min(due, default=None),
                    "link": _console_link(plan, some),
                }
            )
        )
    ranks = ("critical", "high", "medium", "low")
    return sorted(lines, key=lambda line: (ranks.index(line.severity), -line.orders, line.rule_id))


def _console_link(plan: RunPlan, cases: Sequence[Mapping[str, Any]]) -> str | None:
    """Return where cases can be opened: one by itself, several in the list of their rule and owner.

    Null where the console has no address that people can open.
    """
    address = plan.settings.console.address
    if address is None:
        return None
    first, beginning = cases[0], address.rstrip("/")
    if len(cases) == 1:
        return f"{beginning}/cases/{quote(first['case_id'], safe='')}"
    return f"{beginning}/cases?{urlencode({'owner': first['owner'], 'rule': first['rule_id']})}"


def _source(plan: RunPlan, feed: str, facts: Facts) -> SourceLine:
    fact = facts.sources.get(feed)
    rules = plan.catalogue.rules
    locale = plan.settings.locale
    blind = () if fact is None else fact.blind_rules
    return SourceLine(
        feed=feed,
        title=plan.contracts[feed].title.in_locale(locale) if feed in plan.contracts else feed,
        state="fresh" if fact is None else fact.state,
        blind_rules=tuple(rules[rule].title.in_locale(locale) for rule in blind if rule in rules),
    )


def _score(plan: RunPlan, ask: Ask) -> ScoreLine:
    return ScoreLine(
        kind=ask.kind or "breach",
        place=place_title(ask.subject, plan.settings.locale),
        score=None if ask.score is None else f"{ask.score:.2f}",
    )
