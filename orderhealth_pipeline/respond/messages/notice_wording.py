"""Messages about cases, sources, digests and heartbeats as plain lines in their language.

What belongs here: which facts are said and in which order. What does not: markup and size limits (channels/),
and messages about a score (wording.py).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from orderhealth_pipeline.report.notice import (
    CallLine,
    CallList,
    CaseLine,
    Notice,
    NoticeTexts,
    ScoreLine,
    notice_texts,
)
from orderhealth_pipeline.report.period.summary import Summary
from orderhealth_pipeline.respond.messages.message_lines import LONGEST_NAME, MessageLines
from orderhealth_pipeline.respond.messages.one_line import one_line


def compose_notice(notice: Notice) -> MessageLines:
    """Put a message into words."""
    if notice.report is not None:
        return _compose_report(notice, notice.report)
    if notice.calls is not None:
        return _compose_calls(notice, notice.calls)
    texts, locale = notice_texts(), notice.locale
    causes = [_score(line, notice, texts) for line in notice.scores]
    causes += [_case(line, notice, texts) for line in notice.cases]
    links = [*(None for _ in notice.scores), *(line.link for line in notice.cases)]
    more = [texts.more.in_locale(locale).format(more=f"{notice.more:,}")] if notice.more else []
    return MessageLines(
        kind=notice.kind,
        title=_title(notice, texts),
        facts=tuple(_facts(notice, texts)),
        causes_heading=texts.cases_heading.in_locale(locale),
        causes=tuple(causes),
        orders_heading="",
        orders=(),
        link_text=texts.link.in_locale(locale),
        link=notice.link,
        footnotes=tuple(more),
        cause_links=tuple(links) if any(links) else (),
        open_text=texts.open.in_locale(locale),
    )


def _compose_report(notice: Notice, report: Summary) -> MessageLines:
    return MessageLines(
        kind=notice.kind,
        title=one_line(report.title),
        facts=tuple(one_line(line) for line in report.lines),
        causes_heading=report.heading,
        causes=tuple(one_line(thing) for thing in report.things),
        orders_heading="",
        orders=(),
        link_text=report.link_text,
        link=notice.link,
        footnotes=(),
    )


def _compose_calls(notice: Notice, calls: CallList) -> MessageLines:
    texts, locale = notice_texts(), notice.locale
    instant = texts.instant.in_locale(locale)
    more = calls.customers - len(calls.lines)
    footnotes = [texts.more.in_locale(locale).format(more=f"{more:,}")] if more else []
    return MessageLines(
        kind=notice.kind,
        title=_title(notice, texts),
        facts=(instant.format(instant=_minute(notice.as_of, notice), time_zone=notice.time_zone),),
        causes_heading=texts.calls_heading.in_locale(locale),
        causes=tuple(_call(line, notice, texts) for line in calls.lines),
        orders_heading="",
        orders=(),
        link_text=texts.link.in_locale(locale),
        link=notice.link,
        footnotes=(*footnotes, texts.numbers.in_locale(locale)),
    )


def _call(line: CallLine, notice: Notice, texts: NoticeTexts) -> str:
    locale = notice.locale
    due = "" if line.due_at is None else _minute(line.due_at, notice)
    reasons = ("、" if locale == "zh" else ", ").join(line.reasons)
    return texts.call.in_locale(locale).format(
        customer=one_line(line.customer, LONGEST_NAME),
        reasons=one_line(reasons, 2 * LONGEST_NAME),
        orders=f"{line.orders:,}",
        first_order=one_line(line.first_order, LONGEST_NAME),
        due=texts.due.in_locale(locale).format(due=due) if due else "",
    )


def _title(notice: Notice, texts: NoticeTexts) -> str:
    separator = "、" if notice.locale == "zh" else ", "
    return (
        texts.title["calls" if notice.calls is not None else notice.kind]
        .in_locale(notice.locale)
        .format(
            role=one_line(notice.role or "", LONGEST_NAME),
            new=f"{_count(notice, 'new'):,}",
            before=f"{_count(notice, 'before'):,}",
            sources=separator.join(one_line(source.title, LONGEST_NAME) for source in notice.sources),
            lines=f"{_lines(notice):,}",
        )
    )


def _lines(notice: Notice) -> int:
    if notice.calls is not None:
        return notice.calls.customers
    return len(notice.cases) + len(notice.scores) + len(notice.sources) + notice.more


def _count(notice: Notice, state: str) -> int:
    return sum(len(line.cases) for line in notice.cases if line.state == state)


def _facts(notice: Notice, texts: NoticeTexts) -> list[str]:
    locale = notice.locale
    instant = texts.instant.in_locale(locale)
    facts = [instant.format(instant=_minute(notice.as_of, notice), time_zone=notice.time_zone)]
    separator = "、" if locale == "zh" else ", "
    for source in notice.sources:
        state = texts.source_states[source.state].in_locale(locale)
        facts.append(
            texts.source.in_locale(locale).format(title=one_line(source.title, LONGEST_NAME), state=state)
        )
    blind = dict.fromkeys(rule for source in notice.sources for rule in source.blind_rules)
    if blind:
        rules = separator.join(one_line(rule, LONGEST_NAME) for rule in blind)
        facts.append(texts.blind.in_locale(locale).format(rules=rules))
        facts.append(texts.stand.in_locale(locale))
    if notice.open_cases is not None:
        facts.append(texts.open_cases.in_locale(locale).format(open_cases=f"{notice.open_cases:,}"))
    if notice.kind == "heartbeat":
        facts.append(texts.alive.in_locale(locale))
    return facts


def _case(line: CaseLine, notice: Notice, texts: NoticeTexts) -> str:
    locale = notice.locale
    due = "" if line.due_at is None else _minute(line.due_at, notice)
    template = texts.line["system" if line.cause_kind == "system" else "orders"].in_locale(locale)
    return template.format(
        state=texts.state[line.state].in_locale(locale),
        title=one_line(line.title, LONGEST_NAME),
        cause=""
        if line.cause_kind not in texts.cause
        else texts.cause[line.cause_kind]
        .in_locale(locale)
        .format(cause=one_line(line.cause or "", LONGEST_NAME), count=len(line.cases)),
        orders=f"{line.orders:,}",
        due=texts.due.in_locale(locale).format(due=due) if due else "",
    )


def _score(line: ScoreLine, notice: Notice, texts: NoticeTexts) -> str:
    locale = notice.locale
    return texts.score.in_locale(locale).format(
        what=one_line(line.place or texts.everything.in_locale(locale), LONGEST_NAME),
        kind=texts.score_kinds[line.kind].in_locale(locale),
        score="" if line.score is None else f" {line.score}",
    )


def _minute(instant: datetime, notice: Notice) -> str:
    return f"{instant.astimezone(ZoneInfo(notice.time_zone)):%Y-%m-%d %H:%M}"
