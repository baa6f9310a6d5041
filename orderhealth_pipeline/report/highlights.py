"""The short lists of the report, in words: verdict, what to do now, breakpoints, changes, an order's facts.

What belongs here: lines that the page, the Markdown and the terminal share, made from the report alone.
What does not: their looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from orderhealth_pipeline.report import formats
from orderhealth_pipeline.report.model import FunnelStep, RiskReport
from orderhealth_pipeline.report.model_findings import RuleResult, TopOrder
from orderhealth_pipeline.report.texts import Texts

_ACTIONS: Final = 3
_CHANGES: Final = 6
_NOTICEABLE: Final = 0.005


@dataclass(frozen=True)
class Action:
    """One thing to do now, and a line that says who does it and because of what."""

    text: str
    about: str


@dataclass(frozen=True)
class Breakpoint:
    """One step of the funnel where orders are stuck (`break`) or nobody knows (`unknown`)."""

    kind: Literal["break", "unknown"]
    text: str
    before: str


@dataclass(frozen=True)
class Change:
    """Points a rule costs now and cost in the previous run, and the findings that came and went."""

    title: str
    before: float
    now: float
    findings: str


def verdict(report: RiskReport, texts: Texts) -> str:
    """Judge the score in one or two sentences."""
    health = report.health
    numbers = {
        "active": health.active_orders,
        "alert": formats.number(health.alert_below),
        "recover": formats.number(health.recover_at),
        "below": f"{health.alert_below - (health.score or 0.0):.2f}",
        "confidence": formats.percent(health.confidence),
    }
    sentence = texts(f"verdict_{health.level}", **numbers)
    if health.level == "breach" and health.is_partial:
        return texts("sentences", first=sentence, second=texts("verdict_partial", **numbers))
    return sentence


def compared(report: RiskReport, texts: Texts) -> str:
    """Compare the score with the previous run's; empty where one of the two has none."""
    health = report.health
    if health.previous is None:
        return texts("first_run")
    if health.change is None:
        return ""
    since = formats.short_minute(health.previous.as_of)
    sentence = texts("change_since", change=formats.signed(health.change), as_of=since)
    if health.previous.profile == report.profile:
        return sentence
    other = texts("profile_changed", profile=health.previous.profile or formats.NOTHING)
    return texts("sentences", first=sentence, second=other)


def unknown_note(report: RiskReport, texts: Texts) -> str:
    """Count the rules that could not be evaluated; empty where there are none."""
    return texts("unknown_note", n=len(report.unknown_rules)) if report.unknown_rules else ""


def actions(report: RiskReport, texts: Texts) -> tuple[Action, ...]:
    """Give what to do now: bring back missing data, then take the first step against each main cause."""
    first = [_find_out(report, texts)] if report.unknown_rules else []
    return (*first, *(_step_against(rule, texts) for rule in report.causes[:_ACTIONS] if rule.steps))


def _find_out(report: RiskReport, texts: Texts) -> Action:
    unknown = report.unknown_rules
    if not report.unusable_sources:
        reasons = dict.fromkeys(rule.unknown_because or "" for rule in unknown)
        return Action(texts("now_unknown", n=len(unknown)), texts("list_comma").join(reasons))
    feeds = texts("list_comma").join(
        texts("feed_in_state", feed=source.title, state=texts.word("state", source.state))
        for source in report.unusable_sources
    )
    return Action(texts("now_sources", feeds=feeds), texts("now_sources_because", n=len(unknown)))


def _step_against(rule: RuleResult, texts: Texts) -> Action:
    orders = texts("why_system") if rule.is_system_level else texts("orders", n=rule.open)
    about = texts("action_about", title=rule.title, orders=orders)
    return Action(owned_step(rule.owner, rule.steps[0], texts), about)


def owned_step(owner: str, step: str, texts: Texts) -> str:
    """Give a step with its owner before it, unless it names the owner itself."""
    return step if owner.casefold() in step.casefold() else texts("owner_and_step", owner=owner, step=step)


def breakpoints(report: RiskReport, texts: Texts) -> tuple[Breakpoint, ...]:
    """Give the steps at which orders are stuck longer than a rule allows, and those nobody can judge."""
    return tuple(line for step in report.funnel for line in _breakpoints_at(step, texts))


def _breakpoints_at(step: FunnelStep, texts: Texts) -> list[Breakpoint]:
    before = ""
    if step.previous_run_rate is not None:
        rates = {"rate": formats.percent(step.rate), "before": formats.percent(step.previous_run_rate)}
        before = texts("breakpoint_rates", **rates)
    comma = texts("list_comma")
    lines = []
    if step.overdue:
        lines.append(
            Breakpoint("break", texts("breakpoint_overdue", step=step.label, n=step.overdue), before)
        )
    if step.system_rules:
        rules = comma.join(step.system_rules)
        text = texts("breakpoint_system", step=step.label, rules=rules)
        lines.append(Breakpoint("break", text, "" if lines else before))
    if step.unknown_rules:
        rules = comma.join(step.unknown_rules)
        lines.append(Breakpoint("unknown", texts("breakpoint_unknown", step=step.label, rules=rules), ""))
    return lines


def changes(report: RiskReport, texts: Texts) -> tuple[Change, ...]:
    """Give the rules that changed most since the previous run, the greatest change of points first."""
    by_id = {one.value: one for one in report.attribution["rule"]}
    moved = []
    for rule in report.rules:
        contribution = by_id.get(rule.rule_id)
        before = (contribution.previous_points or 0.0) if contribution else 0.0
        if abs(rule.points - before) >= _NOTICEABLE or rule.appeared or rule.resolved:
            came_and_went = {"appeared": rule.appeared or 0, "resolved": rule.resolved or 0}
            findings = texts("changed_findings", **came_and_went) if any(came_and_went.values()) else ""
            moved.append(Change(rule.title, before, rule.points, findings))
    return tuple(sorted(moved, key=lambda change: -abs(change.now - change.before)))[:_CHANGES]


def order_facts(order: TopOrder, texts: Texts) -> tuple[str, ...]:
    """Give what is known of an order: amount, when it was placed, shop, warehouse and carrier."""
    named = {
        "amount": None if order.amount is None else formats.money(order.amount),
        "placed": None if order.placed_at is None else formats.short_minute(order.placed_at),
        "shop": order.shop,
        "warehouse": order.warehouse,
        "carrier": order.carrier,
    }
    return tuple(f"{texts(name)} {value}" for name, value in named.items() if value)
