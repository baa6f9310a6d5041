"""Calls about back-tests: asking for one, how far it is and what it found, stopping it.

What belongs here: requests → back-tests. What does not: running them (console/backtests).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from orderhealth_pipeline.console.api.call import ApiError, Asked, Given, PageQuery, Short, part_of
from orderhealth_pipeline.console.api.rulebook.asking import conflicts, drafted, guest_of
from orderhealth_pipeline.console.api.rulebook.calendar import slot_of
from orderhealth_pipeline.console.api.rulebook.models import EntryOfCalendar, NewRuleDraft, RuleDraft
from orderhealth_pipeline.console.api.rulebook.new_rules import new_rule_from
from orderhealth_pipeline.console.backtests.asking import (
    Other,
    Span,
    ask,
    other_of_bench,
    other_of_entry,
    other_of_profile,
)
from orderhealth_pipeline.console.editing.new_rule import bench_of_new
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.desk.backtests import KeptBacktest, State
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.instants import read_instant
from orderhealth_pipeline.words import read_duration

_LONGEST_NUMBER: Final = 12
_MOST: Final = 5_000
Instant = Annotated[str, Field(min_length=10, max_length=40)]


class BacktestBody(Given):
    """Which past, and what is other: exactly one of a draft of a rule, a new rule, a profile, and an entry.

    An entry of the calendar need not be published: it is moved by whole days onto that past.
    """

    begin: Instant
    end: Instant
    every: Annotated[str, Field(pattern=r"^[1-9]\d{0,5}(m|h|d)$")] | None = None
    rule_id: Short | None = None
    draft: RuleDraft = RuleDraft()
    new_rule: NewRuleDraft | None = None
    profile: Short | None = None
    entry: EntryOfCalendar | None = None


class BacktestLine(BaseModel):
    """One back-test: of `total` instants so many are `done`."""

    backtest: int
    at: datetime
    who: str
    about: str
    says: str
    state: State
    done: int
    total: int


class WholeBacktest(BacktestLine):
    """The same with what it found: instants, scores and alerts of both sets, and the rules that differ."""

    result: dict[str, Any] | None
    trouble: str | None


class BacktestList(BaseModel):
    """A part of the back-tests, newest first."""

    backtests: list[BacktestLine]
    next: str | None


class BacktestsQuery(PageQuery):
    """Which back-tests: of one rule, of `profile:NAME`, or of the `calendar`."""

    about: Short | None = None


def list_backtests(asked: Asked) -> BacktestList:
    """List back-tests, newest first."""
    jobs = asked.site.backtests.kept.newest(asked.query.about, limit=_MOST)
    part, cursor = part_of(jobs, asked.query)
    return BacktestList(backtests=[BacktestLine(**_line(each)) for each in part], next=cursor)


def start_backtest(asked: Asked) -> WholeBacktest:
    """Ask for one; it is run while nobody waits."""
    guest, body = guest_of(asked), asked.body
    if sum(each is not None for each in (body.rule_id, body.new_rule, body.profile, body.entry)) != 1:
        raise ApiError(422, "exactly one of rule_id, new_rule, profile and entry says what is other")
    zone = guest.plan.settings.zone
    try:
        every = read_duration(body.every) if body.every else None
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    span = Span(read_instant(body.begin, zone, "begin"), read_instant(body.end, zone, "end"), every)
    with conflicts():
        number = ask(guest, _other(guest, body), span)
    return _whole(guest, number)


def show_backtest(asked: Asked) -> WholeBacktest:
    """Show how far one is, and what it found."""
    return _whole(guest_of(asked), _number(asked))


def stop_backtest(asked: Asked) -> WholeBacktest:
    """Let one end."""
    guest, number = guest_of(asked), _number(asked)
    _whole(guest, number)
    if not guest.site.backtests.kept.stop(number, (guest.person.name, guest.site.now())):
        raise ApiError(409, "the back-test is over")
    return _whole(guest, number)


def _other(guest: Guest, body: BacktestBody) -> Other:
    if body.profile is not None:
        return other_of_profile(guest, body.profile)
    if body.entry is not None:
        return other_of_entry(guest, slot_of(guest, body.entry))
    if body.new_rule is not None:
        return other_of_bench(guest, bench_of_new(guest, new_rule_from(body.new_rule)), is_new=True)
    return other_of_bench(guest, drafted(guest, str(body.rule_id), body.draft))


def _number(asked: Asked) -> int:
    text = asked.path["backtest"]
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0


def _whole(guest: Guest, number: int) -> WholeBacktest:
    job = guest.site.backtests.kept.find(number)
    if job is None:
        raise ApiError(404, "there is no such back-test")
    trouble = None if job.trouble is None else job.trouble["en"]
    return WholeBacktest(**_line(job), result=job.result, trouble=trouble)


def _line(job: KeptBacktest) -> dict[str, Any]:
    return {name: getattr(job, name) for name in BacktestLine.model_fields}
