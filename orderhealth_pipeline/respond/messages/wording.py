"""A message as plain lines in its language, before any platform's markup.

What belongs here: which facts are said, in which order and words, and how much detail is kept when room is
short. What does not: markup, escaping and size limits, which are the platforms' (channels/).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from orderhealth_pipeline.report.failure import Message, RunFailure, failure_texts
from orderhealth_pipeline.report.message import (
    AlertCause,
    AlertMessage,
    AlertOrder,
    MessageTexts,
    message_texts,
)
from orderhealth_pipeline.report.notice import Notice
from orderhealth_pipeline.respond.messages.message_lines import LONGEST_NAME, MessageLines, OrderLines
from orderhealth_pipeline.respond.messages.notice_wording import compose_notice
from orderhealth_pipeline.respond.messages.one_line import one_line
from orderhealth_pipeline.words import Locale

LONGEST_REASON: Final = 500
"""Characters of the reason why a run failed: file, line, key and what was expected have room."""

_ALL_FINDINGS: Final = 100
_DETAIL_LEVELS: Final = (_ALL_FINDINGS, 2, 1, 0)


def compose(message: Message, findings_per_order: int = _ALL_FINDINGS) -> MessageLines:
    """Put the message into words, with at most so many findings of each order; leaving some out is said."""
    if isinstance(message, RunFailure):
        return _compose_failure(message)
    if isinstance(message, Notice):
        return compose_notice(message)
    texts, locale = message_texts(), message.locale
    is_shortened = any(len(order.rules) > findings_per_order for order in message.orders)
    footnotes = [texts.shortened.in_locale(locale)] if is_shortened else []
    return MessageLines(
        kind=message.kind,
        title=texts.title[message.kind]
        .in_locale(locale)
        .format(
            what=one_line(message.place or texts.everything.in_locale(locale), LONGEST_NAME),
            score=_points(message.score),
            threshold=_short_points(message.threshold),
        ),
        facts=_facts(message, texts),
        causes_heading=texts.causes_heading[message.kind].in_locale(locale),
        causes=tuple(_cause(cause, texts, locale) for cause in message.causes),
        orders_heading=texts.orders_heading.in_locale(locale).format(count=len(message.orders)),
        orders=tuple(_order(order, texts, locale, findings_per_order) for order in message.orders),
        link_text=texts.link.in_locale(locale),
        link=message.link,
        footnotes=tuple(footnotes),
    )


def most_detailed(message: Message, fits: Callable[[MessageLines], bool]) -> MessageLines:
    """Return the wording with the most findings per order that fits, else the one without findings."""
    wordings: Iterator[MessageLines] = (compose(message, findings) for findings in _DETAIL_LEVELS)
    for lines in wordings:
        if fits(lines):
            break
    return lines


def _compose_failure(failure: RunFailure) -> MessageLines:
    texts, locale = failure_texts(), failure.locale
    facts = [
        texts.reason.in_locale(locale).format(reason=one_line(failure.reason, LONGEST_REASON)),
        texts.run.in_locale(locale).format(run_id=failure.run_id),
        texts.what_to_do.in_locale(locale),
    ]
    if failure.step is not None:
        facts.insert(0, texts.step.in_locale(locale).format(step=one_line(failure.step, LONGEST_NAME)))
    return MessageLines(
        kind=failure.kind,
        title=texts.title.in_locale(locale).format(job=one_line(failure.job, LONGEST_NAME)),
        facts=tuple(facts),
        causes_heading="",
        causes=(),
        orders_heading="",
        orders=(),
        link_text="",
        link=None,
        footnotes=(),
    )


def _facts(message: AlertMessage, texts: MessageTexts) -> tuple[str, ...]:
    locale = message.locale
    local_time = message.as_of.astimezone(ZoneInfo(message.time_zone))
    figures = [
        texts.active_orders.in_locale(locale).format(active_orders=f"{message.active_orders:,}"),
        texts.confidence.in_locale(locale).format(confidence=int(message.confidence * 100)),
    ]
    if message.previous_score is not None:
        change = f"{message.score - message.previous_score:+.2f}"
        previous = texts.previous.in_locale(locale)
        figures.insert(0, previous.format(previous=_points(message.previous_score), change=change))
    instant = texts.instant.in_locale(locale)
    facts = [
        instant.format(instant=f"{local_time:%Y-%m-%d %H:%M}", time_zone=message.time_zone),
        " · ".join(figures),
    ]
    if message.at_risk:
        separator = "、" if locale == "zh" else ", "
        money = separator.join(_money(each.amount, each.currency, texts) for each in message.at_risk)
        orders = sum(each.orders for each in message.at_risk)
        facts.append(texts.at_risk.in_locale(locale).format(orders=f"{orders:,}", money=money))
    facts += [one_line(line) for line in message.lacking]
    if message.blind_rules:
        separator = "、" if locale == "zh" else ", "
        rules = separator.join(one_line(rule.title, LONGEST_NAME) for rule in message.blind_rules)
        facts.append(texts.blind_rules.in_locale(locale).format(rules=rules))
    return tuple(facts)


def _cause(cause: AlertCause, texts: MessageTexts, locale: Locale) -> str:
    template = texts.system_cause if cause.stage == "system" else texts.cause
    return template.in_locale(locale).format(
        title=one_line(cause.title), points=_points(cause.points), open=f"{cause.open:,}"
    )


def _order(order: AlertOrder, texts: MessageTexts, locale: Locale, findings_per_order: int) -> OrderLines:
    finding_text = texts.finding.in_locale(locale)
    words = [one_line(name, LONGEST_NAME) for name in (order.order_id, order.shop or "")]
    words.append(_money(order.amount, order.currency, texts))
    if order.severity is not None:
        words.append(texts.severities[order.severity].in_locale(locale))
    return OrderLines(
        headline=f"{order.rank}. " + " · ".join(word for word in words if word),
        findings=tuple(
            finding_text.format(title=one_line(finding.title), evidence=one_line(finding.evidence))
            for finding in order.rules[:findings_per_order]
        ),
        what_to_do=texts.what_to_do.in_locale(locale).format(
            owner=one_line(order.owner, LONGEST_NAME), what_to_do=one_line(order.what_to_do)
        ),
    )


def _points(points: Decimal) -> str:
    return f"{points:.2f}"


def _short_points(points: Decimal) -> str:
    return f"{points.normalize():f}"


def _money(amount: Decimal, currency: str | None, texts: MessageTexts) -> str:
    figure = f"{amount:,.2f}"
    if currency is None:
        return figure
    symbol = texts.currency_symbols.get(currency)
    return f"{symbol}{figure}" if symbol else f"{figure} {one_line(currency, LONGEST_NAME)}"
