"""The short lists of the report, in words: verdict, what to do now, breakpoints, changes, an order's facts.

What belongs here: lines that the page, the Markdown and the terminal share, made from the report alone.
What does not: their looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from orderhealth_pipeline.report.model import Contribution, Dimension, FunnelStep, RiskReport
from orderhealth_pipeline.report.model_findings import RuleResult, TopOrder
from orderhealth_pipeline.report.rules_changed import came_with_rules
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.about_data import Action, find_out
from orderhealth_pipeline.report.words.input_words import input_lines
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.report.words.unread import unread_lines

_ACTIONS: Final = 3
_CHANGES: Final = 6
_NOTICEABLE: Final = 0.005
_SHOWN_OF_A_DIMENSION: Final = 5


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
    is_sum: bool = False


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
    if health.level == "empty" and health.active_orders:
        return texts("verdict_blind", **numbers)
    sentence = texts(f"verdict_{health.level}", **numbers)
    if health.level == "breach" and health.is_partial:
        return texts("sentences", first=sentence, second=texts("verdict_partial", **numbers))
    return sentence


def not_read(report: RiskReport, texts: Texts) -> tuple[str, ...]:
    """Say what of the files is not in this result, a line each; what is said first of a report."""
    return (*input_lines(report.lacking, texts), *unread_lines(report.unread_files, report.locale))


def compared(report: RiskReport, texts: Texts) -> str:
    """Compare the score with the previous run's; empty where one of the two has none."""
    health = report.health
    if health.previous is None:
        return texts("first_run")
    if health.change is None:
        return ""
    since = formats.short_minute(health.previous.as_of)
    sentence = texts("change_since", change=formats.signed(health.change), as_of=since)
    other = came_with_rules(report, texts)
    if not other and health.previous.profile != report.profile:
        other = texts("profile_changed", profile=health.previous.profile or formats.NOTHING)
    return texts("sentences", first=texts("sentence", text=sentence), second=other) if other else sentence


def unknown_note(report: RiskReport, texts: Texts) -> str:
    """Count the rules that could not be evaluated; empty where there are none."""
    return texts("unknown_note", n=len(report.unknown_rules)) if report.unknown_rules else ""


def actions(report: RiskReport, texts: Texts) -> tuple[Action, ...]:
    """Return what to do now: bring missing data back, answer what waits, step against each main cause."""
    first = find_out(report, texts) if report.unknown_rules else ()
    return (
        *first,
        *_answers(report, texts),
        *(_step_against(rule, texts) for rule in report.causes[:_ACTIONS] if rule.steps),
    )


def _answers(report: RiskReport, texts: Texts) -> Iterator[Action]:
    """Say how many actions wait for a person, and by which call they are seen."""
    for state, key in (("proposed", "actions_proposed"), ("unknown", "actions_unknown")):
        waiting = [each for each in report.waiting_actions if each.state == state]
        if waiting:
            kinds = texts("list_comma").join(
                texts("actions_of_type", title=each.title, count=each.count) for each in waiting
            )
            count = sum(each.count for each in waiting)
            yield Action(texts(key, n=count), texts("actions_call", kinds=kinds, state=state))


def _step_against(rule: RuleResult, texts: Texts) -> Action:
    orders = (
        (gap_note(rule, texts) or texts("why_system"))
        if rule.is_system_level
        else texts("orders", n=rule.open)
    )
    about = texts("action_about", title=rule.title, orders=orders)
    return Action(owned_step(rule.owner, rule.steps[0], texts), about)


def gap_note(rule: RuleResult, texts: Texts) -> str:
    """Say how many orders a system-level rule misses and where most of them are; empty where nobody knows."""
    if not rule.gap:
        return ""
    worst = {part.dimension: part for part in reversed(rule.gap)}
    places = texts("list_comma").join(
        texts("gap_part", place=worst[dimension].label, n=worst[dimension].lacking)
        for dimension in ("warehouse", "carrier")
        if dimension in worst
    )
    return texts("gap_note", n=rule.gap_orders, places=places)


def owned_step(owner: str, step: str, texts: Texts) -> str:
    """Return a step with its owner before it, unless it names the owner itself."""
    return step if owner.casefold() in step.casefold() else texts("owner_and_step", owner=owner, step=step)


def breakpoints(report: RiskReport, texts: Texts) -> tuple[Breakpoint, ...]:
    """Return the steps at which orders are stuck longer than a rule allows, and those nobody can judge."""
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
    if step.unknown:
        rules = comma.join(step.unknown)
        lines.append(Breakpoint("unknown", texts("breakpoint_unknown", step=step.label, rules=rules), ""))
    return lines


def changes(report: RiskReport, texts: Texts) -> tuple[Change, ...]:
    """Return the rules that changed most since the previous run, the others in one line, and the sum of all.

    What is printed adds up: line by line, and to the change of the score.
    """
    by_id = {one.value: one for one in report.attribution["rule"]}
    moved = []
    for rule in report.rules:
        contribution = by_id.get(rule.rule_id)
        before = (contribution.previous_points or 0.0) if contribution else 0.0
        if abs(rule.points - before) >= _NOTICEABLE or rule.appeared or rule.resolved:
            came_and_went = {"appeared": rule.appeared or 0, "resolved": rule.resolved or 0}
            findings = texts("changed_findings", **came_and_went) if any(came_and_went.values()) else ""
            moved.append(Change(rule.title, before, rule.points, findings))
    lines = sorted(moved, key=lambda change: -abs(change.now - change.before))[:_CHANGES]
    if not lines:
        return ()
    now = sum(one.points for one in by_id.values())
    before = sum(one.previous_points or 0.0 for one in by_id.values())
    others = Change(
        texts("changed_others"),
        before - sum(line.before for line in lines),
        now - sum(line.now for line in lines),
        "",
    )
    rest = [others] if abs(others.now) >= _NOTICEABLE or abs(others.before) >= _NOTICEABLE else []
    return (*lines, *rest, Change(texts("changed_sum"), before, now, "", is_sum=True))


def dearest(report: RiskReport, dimension: Dimension, texts: Texts) -> tuple[Contribution, ...]:
    """Return what costs most of a dimension, and all the rest as one: together they are the whole loss."""
    costly = [one for one in report.attribution[dimension] if one.points > 0]
    shown, rest = costly[:_SHOWN_OF_A_DIMENSION], costly[_SHOWN_OF_A_DIMENSION:]
    if len(rest) == 1:
        return tuple(costly)
    if not rest:
        return tuple(shown)
    before = [one.previous_points for one in rest if one.previous_points is not None]
    others = Contribution(
        value="",
        label=texts("moved_others", n=len(rest)),
        points=sum(one.points for one in rest),
        previous_points=sum(before) if before else None,
    )
    return (*shown, others)


def sum_note(report: RiskReport, dimension: Dimension, texts: Texts) -> str:
    """Say what the bars of a dimension add up to, and why that may be less than the score lacks."""
    total = sum(one.points for one in report.attribution[dimension])
    if dimension == "rule":
        score = formats.score(report.health.score)
        return texts("moved_sum", total=formats.points(total), score=score)
    whole = sum(rule.points for rule in report.rules if rule.is_system_level)
    if whole < _NOTICEABLE:
        return texts("moved_sum_of_orders", total=formats.points(total))
    return texts("moved_sum_without_system", total=formats.points(total), system=formats.points(whole))


def at_stake(report: RiskReport, texts: Texts) -> str:
    """Say how many orders have something open, and what they are worth; empty where none has."""
    orders = sum(one.orders for one in report.at_stake)
    if not orders:
        return ""
    amounts = texts("list_comma").join(
        formats.money(one.amount, one.currency)
        if one.currency
        else texts("amount_of_unknown_currency", amount=formats.money(one.amount))
        for one in report.at_stake
        if one.amount
    )
    return texts("at_stake", n=orders, amount=amounts) if amounts else texts("at_stake_orders", n=orders)


def order_facts(order: TopOrder, texts: Texts) -> tuple[str, ...]:
    """Return what is known of an order: amount, when it was placed, shop, warehouse and carrier."""
    named = {
        "amount": None if order.amount is None else formats.money(order.amount, order.currency),
        "placed": None if order.placed_at is None else formats.short_minute(order.placed_at),
        "shop": order.shop,
        "warehouse": order.warehouse,
        "carrier": order.carrier,
    }
    return tuple(f"{texts(name)} {value}" for name, value in named.items() if value)
