"""The report of a period in words: its title, its headline, and one section after the other.

What belongs here: from the model to sections that every form shows. What does not: reading (read.py), looks
(forms/), and the sections about money and people's verdicts (money_sections.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

from orderhealth_pipeline.report.period.model import PeriodReport, Response
from orderhealth_pipeline.report.period.money_sections import money, noisy
from orderhealth_pipeline.report.period.section import Section, Table
from orderhealth_pipeline.report.words import formats, highlights, process_words
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.words import Locale

_FILE: Final = Path(__file__).with_name("period_texts.yml")
_THINGS: Final = 3
_SHOWN_CASES: Final = 20
_SHOWN_RULES: Final = 15
_STEPS_OF_AN_OWNER: Final = ("acted", "over")


def period_texts(locale: Locale) -> Texts:
    """Return the words of these reports in one language."""
    return Texts(locale, _FILE)


def title(report: PeriodReport, texts: Texts) -> str:
    """Call the report by its kind, the score and the instant."""
    score = formats.score(report.state.health.shown_score)
    return f"{texts(f'period_{report.kind}')} {score} · {formats.minute(report.as_of)}"


def sections(report: PeriodReport, texts: Texts) -> tuple[Section, ...]:
    """Return everything that the report says, in the order in which a reader in a hurry asks."""
    return (
        _score(report, texts),
        _to_do(report, texts),
        _broken(report, texts),
        _overdue(report, texts),
        _responses(report, texts),
        _stuck(report, texts),
        money(report, texts),
        noisy(report, texts),
    )


def score_lines(report: PeriodReport, texts: Texts) -> tuple[str, ...]:
    """Hold the score against last week's, its lowest, and the last promotion."""
    now, then = report.state.health.shown_score, report.week_ago
    verdict = highlights.verdict(report.state, texts)
    key = "period_no_score" if now is None else "period_score_now"
    lines = [texts(key, score=formats.score(now), verdict=verdict)]
    if then is None:
        lines.append(texts("period_no_week_ago"))
    else:
        change = formats.NOTHING if now is None else formats.signed(now - then.score)
        lines.append(texts("period_week_ago", score=formats.score(then.score), change=change))
    if report.lowest is not None:
        at = formats.short_minute(report.lowest.as_of)
        lines.append(texts("period_lowest", score=formats.score(report.lowest.score), at=at))
    return (*lines, _against_promotion(report, texts))


def _against_promotion(report: PeriodReport, texts: Texts) -> str:
    then, now = report.promotion, report.state.health.shown_score
    if then is None or then.median is None:
        return texts("period_no_promotion")
    return texts(
        "period_promotion",
        profile=then.profile,
        began=formats.short_minute(then.began_at),
        ended=formats.short_minute(then.ended_at),
        lowest=formats.score(then.lowest),
        median=formats.score(then.median),
        change=formats.NOTHING if now is None else formats.signed(now - then.median),
    )


def three_things(report: PeriodReport, texts: Texts) -> tuple[str, ...]:
    """Say what to do first: where nothing moves, what is overdue, and what the dearest rules call for."""

    def things() -> Iterator[str]:
        for line in process_words.standstills(report.state, texts)[:1]:
            yield texts("period_do_standstill", line=line)
        if report.overdue:
            owners = [case.owner for case in report.overdue]
            owner = max(dict.fromkeys(owners), key=owners.count)
            first = next(case for case in report.overdue if case.owner == owner)
            yield texts(
                "period_do_overdue",
                owner=owner,
                n=owners.count(owner),
                first=f"{first.case_id} {first.title} · {first.cause}",
            )
        for action in highlights.actions(report.state, texts):
            yield f"{action.text} {action.about}"

    return tuple(things())[:_THINGS]


def _score(report: PeriodReport, texts: Texts) -> Section:
    return Section(name="score", title=texts("period_score"), sentences=score_lines(report, texts))


def _to_do(report: PeriodReport, texts: Texts) -> Section:
    things = three_things(report, texts)
    nothing = () if things else (texts("period_nothing_to_do"),)
    return Section(name="to_do", title=texts("period_to_do"), sentences=nothing, items=things)


def _broken(report: PeriodReport, texts: Texts) -> Section:
    if not report.broken:
        return Section(
            name="broken", title=texts("period_broken"), sentences=(texts("period_nothing_broke"),)
        )
    comma = texts("list_comma")
    rows = tuple(
        (
            each.title,
            formats.whole(each.cases),
            formats.whole(each.orders),
            formats.whole(each.standing),
            comma.join(texts("period_place", place=place, n=n) for place, n in each.places)
            or formats.NOTHING,
        )
        for each in report.broken[:_SHOWN_RULES]
    )
    headings = _headings(texts, "problem", "cases", "orders", "standing", "where")
    table = Table(headings=headings, rows=rows, numbers=(1, 2, 3))
    return Section(name="broken", title=texts("period_broken"), table=table)


def _overdue(report: PeriodReport, texts: Texts) -> Section:
    name, heading = "overdue", texts("period_overdue")
    if not report.overdue:
        return Section(name=name, title=heading, sentences=(texts("period_none_overdue"),))
    rows = tuple(
        (
            each.case_id,
            f"{each.title} · {each.cause}",
            each.owner,
            formats.whole(each.orders),
            formats.short_minute(each.due_at),
        )
        for each in report.overdue[:_SHOWN_CASES]
    )
    more = len(report.overdue) - _SHOWN_CASES
    headings = _headings(texts, "case", "problem", "owner", "orders", "due")
    return Section(
        name=name,
        title=heading,
        sentences=(texts("period_overdue_count", n=len(report.overdue)),),
        table=Table(headings=headings, rows=rows, numbers=(3,)),
        note=texts("period_overdue_more", n=more) if more > 0 else "",
    )


def _responses(report: PeriodReport, texts: Texts) -> Section:
    name, heading = "responses", texts("period_responses")
    if not report.responses:
        return Section(name=name, title=heading, sentences=(texts("period_no_cases"),))
    rows = tuple(
        (
            texts("period_everybody") if each.owner is None else each.owner,
            texts(f"period_step_{each.step}"),
            formats.whole(each.cases),
            formats.whole(each.waiting),
            span(each.median_minutes, texts),
            span(each.p90_minutes, texts),
        )
        for each in report.responses
        if _is_shown(each)
    )
    headings = _headings(texts, "owner", "step", "cases", "waiting", "median", "most")
    table = Table(headings=headings, rows=rows, numbers=(2, 3))
    return Section(name=name, title=heading, table=table, note=texts("period_responses_note"))


def _is_shown(response: Response) -> bool:
    return response.owner is None or response.step in _STEPS_OF_AN_OWNER


def _stuck(report: PeriodReport, texts: Texts) -> Section:
    lines = process_words.standstills(report.state, texts)
    rows = tuple(tuple(line) for line in process_words.steps(report.state, texts))
    headings = tuple(
        texts(f"process_{column}") for column in ("from_to", "median", "most", "waiting", "oldest")
    )
    return Section(
        name="stuck",
        title=texts("period_stuck"),
        sentences=() if lines else (texts("process_moves"),),
        items=lines,
        table=Table(headings=headings, rows=rows, numbers=(3,)) if rows else None,
        note=texts("process_note") if rows else "",
    )


def span(minutes: float | None, texts: Texts) -> str:
    """Write how long something took, or that it is not known yet."""
    return texts("period_not_yet") if minutes is None else formats.duration(Decimal(minutes), texts.locale)


def _headings(texts: Texts, *columns: str) -> tuple[str, ...]:
    return tuple(texts(f"period_column_{column}") for column in columns)
