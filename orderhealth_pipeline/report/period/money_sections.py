"""What the report of a period says of money and of rules that people call wrong.

What belongs here: money at risk, penalties, and noisy rules, in words. What does not: the other sections
(sections.py), and pricing (rules/penalties/).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from orderhealth_pipeline.report.period.model import PeriodReport
from orderhealth_pipeline.report.period.section import Section, Table
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts


def money(report: PeriodReport, texts: Texts) -> Section:
    """Say what orders are worth that are at risk, what they may cost, and what was charged."""
    rows = tuple(
        (
            each.platform,
            each.title,
            formats.whole(each.orders),
            formats.money(each.amount, each.currency)
            + (texts("period_unpriced", n=each.unpriced) if each.unpriced else ""),
        )
        for each in report.at_stake
    )
    columns = ("platform", "problem", "orders", "may_cost")
    headings = tuple(texts(f"period_column_{column}") for column in columns)
    return Section(
        name="money",
        title=texts("period_money"),
        sentences=(*money_lines(report, texts), *_charged(report, texts)),
        table=Table(headings=headings, rows=rows, numbers=(2, 3)) if rows else None,
    )


def money_lines(report: PeriodReport, texts: Texts) -> tuple[str, ...]:
    """Say what is at risk and what may be charged, each currency for itself."""
    worth = report.state.at_stake
    at_risk = (
        texts(
            "period_at_risk",
            n=sum(each.orders for each in worth),
            money=_sums(((each.amount, each.currency) for each in worth), texts),
        )
        if worth
        else texts("period_nothing_at_risk")
    )
    if not report.has_terms:
        return (at_risk, texts("period_no_terms"))
    if not report.at_stake:
        return (at_risk, texts("period_no_penalties"))
    costs = _sums(((each.amount, each.currency) for each in report.at_stake), texts)
    return (at_risk, texts("period_may_be_charged", money=costs))


def noisy(report: PeriodReport, texts: Texts) -> Section:
    """Name the rules that people mostly call wrong, with what is proposed."""
    items = tuple(
        texts("period_noisy_rule", title=each.title, lines=texts("list_comma").join(each.lines))
        for each in report.noisy
    )
    none = () if items else (texts("period_none_noisy"),)
    return Section(name="noisy", title=texts("period_noisy"), sentences=none, items=items)


def _charged(report: PeriodReport, texts: Texts) -> tuple[str, ...]:
    if report.charges is None:
        return ()
    if not report.charges:
        return (texts("period_charged_none"),)
    return tuple(
        texts(
            f"period_charged_{each.outcome}",
            n=each.charges,
            money=formats.money(each.amount, each.currency),
        )
        for each in report.charges
    )


def _sums(amounts: Iterable[tuple[Decimal | None, str | None]], texts: Texts) -> str:
    """Sum up by currency: money of two currencies is never one figure."""
    sums: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    for amount, currency in amounts:
        sums[currency] += amount or Decimal(0)
    return texts("list_comma").join(formats.money(amount, currency) for currency, amount in sums.items())
