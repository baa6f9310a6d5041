"""Cases as pages show them: in words, people's numbers masked, instants in the zone of people.

What belongs here: values of templates. What does not: which cases (filters.py), and their records (api/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.report.render.terminal_cases import CaseWords
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.sentences import finding_sentence
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.words import Locale


@dataclass(frozen=True)
class Due:
    """By when a case should be over, how long that is, whether it has passed; `now` is in milliseconds."""

    at: datetime
    span: str
    is_late: bool
    now: int


@dataclass(frozen=True)
class CaseLine:
    """One case of a list."""

    case_id: str
    title: str
    cause: str
    severity: str
    state: str
    orders: int
    amount: Decimal
    points: float
    owner: str
    holder: str
    is_mine: bool
    is_over: bool
    due: Due | None
    opened: str


@dataclass(frozen=True)
class CaseEvent:
    """One thing that happened to a case; `entry` is that of the desk's log where a person did it."""

    at: str
    who: str
    what: str
    why: str
    entry: int | None


@dataclass(frozen=True)
class CaseOrder:
    """One order of a case with what the rule found about it; `verdict` is what people said of that."""

    order_id: str
    sentence: str
    state: str
    is_present: bool
    amount: Decimal | None
    facts: tuple[str, ...]
    verdict: str | None


def case_words(plan: RunPlan, locale: Locale) -> CaseWords:
    """Return what rules and roles are called."""
    rules = plan.catalogue.rules
    titles = {rule.id: rule.title.in_locale(locale) for rule in rules.values()}
    roles = {plan.owners.role_of(rule.owner): rule.owner.in_locale(locale) for rule in rules.values()}
    roles |= {name: role.title.in_locale(locale) for name, role in plan.owners.roles.items()}
    return CaseWords(Texts(locale), titles, roles, plan.settings.zone)


def case_lines(cases: pl.DataFrame, words: CaseWords, as_of: datetime, visit: Visit) -> list[CaseLine]:
    """Return the lines of some cases."""
    return [case_line(row, words, as_of, visit) for row in cases.iter_rows(named=True)]


def case_line(row: Mapping[str, Any], words: CaseWords, as_of: datetime, visit: Visit) -> CaseLine:
    """Return the line of a case."""
    return CaseLine(
        case_id=row["case_id"],
        title=words.rule(row["rule_id"]),
        cause=words.cause(row),
        severity=row["severity"],
        state=row["state"],
        orders=row["orders"],
        amount=row["amount_at_risk"],
        points=float(row["points"]),
        owner=words.role(row["owner"]),
        holder=visit.person_name(row["holder"] or ""),
        is_mine=row["holder"] == visit.person.name,
        is_over=row["resolved_at"] is not None,
        due=None if row["resolved_at"] is not None else _due(row["due_at"], as_of, words),
        opened=words.minute(row["opened_at"]),
    )


def case_events(history: pl.DataFrame, words: CaseWords, visit: Visit) -> list[CaseEvent]:
    """Return what happened, newest first."""
    texts = words.texts
    return [
        CaseEvent(
            at=words.minute(event["at"]),
            who=visit.person_name(event["who"]) if event["who"] else texts("case_by_data"),
            what=_what(event, words, visit),
            why=mask_text(event["why"] or ""),
            entry=event["entry"],
        )
        for event in history.sort("at", maintain_order=True).reverse().iter_rows(named=True)
    ]


def _what(event: Mapping[str, Any], words: CaseWords, visit: Visit) -> str:
    if event["what"] == "assigned" and event["after"] == event["who"]:
        return visit.words("took_it")
    after = visit.people.get(event["after"] or "") or words.after(event)
    return f"{words.texts.word('case_event', event['what'])} {after}".rstrip()


def case_orders(
    found: Sequence[Mapping[str, Any]],
    present: frozenset[str],
    verdicts: Mapping[str, str],
    plan: RunPlan,
    locale: Locale,
) -> list[CaseOrder]:
    """Return the orders of a case with their evidence, one line an order; rows are of one rule."""
    seen: dict[str, CaseOrder] = {}
    for row in found:
        if row["order_id"] in seen:
            continue
        rule = plan.catalogue.rules.get(row["rule_id"])
        zone: ZoneInfo = plan.settings.zone
        seen[row["order_id"]] = CaseOrder(
            order_id=row["order_id"],
            sentence=""
            if rule is None
            else finding_sentence(rule, row["evidence"], locale=locale, zone=zone),
            state=row["explained_by"] or row["state"],
            is_present=row["order_id"] in present,
            amount=row["amount"],
            facts=tuple(mask_text(row[name]) for name in ("shop", "warehouse", "carrier") if row[name]),
            verdict=verdicts.get(row["order_id"]),
        )
    return sorted(seen.values(), key=lambda each: not each.is_present)


def _due(due_at: datetime | None, as_of: datetime, words: CaseWords) -> Due | None:
    if due_at is None:
        return None
    minutes = Decimal(int((due_at - as_of).total_seconds() // 60))
    return Due(
        due_at, formats.duration(abs(minutes), words.texts.locale), minutes < 0, int(as_of.timestamp() * 1000)
    )
