"""Saying something of cases: which are meant, what is written, and whose the others are.

What belongs here: telling who came first. What does not: how the answer reads (commands/, console/), and the
log (desk/).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from orderhealth_pipeline.cases.case_frames import running_since
from orderhealth_pipeline.cases.numbers import meant_number
from orderhealth_pipeline.cases.taking import Taken, Taking
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.saying.speech import Saying
from orderhealth_pipeline.pipeline.written.read_cases import KnownCases, read_named_cases
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.rules.owners import Owners
from orderhealth_pipeline.said import Said, SaidKind
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Text

_NAMED: Final = 20
_TAKES: Final = frozenset({"case_acknowledged", "case_assigned"})


@dataclass(frozen=True)
class SaidOfCases:
    """What became of one word about several cases.

    `taken` are those that somebody else has, `own` those that the person has already, `over` those that are
    over and since when.
    """

    written: Sequence[Said]
    taken: Sequence[Taken]
    own: Sequence[str]
    over: Sequence[tuple[str, datetime]]

    def unsaid(self, settings: Settings, name: Callable[[str], str] = plain) -> list[Message]:
        """Say of which cases nothing was written, and why; `name` tells what a person is called."""
        return [_over(case_id, at, settings) for case_id, at in self.over] + [
            _told(each, settings, name) for each in self.taken
        ]


def named_cases(settings: Settings, typed: Sequence[str], now: datetime) -> KnownCases:
    """Read the cases of the numbers that people typed. Raises ConfigurationError where there is none."""
    meant = {meant_number(each): each for each in reversed(typed)}
    asked = list(reversed(meant))
    if not asked:
        raise ConfigurationError("no number of a case was given")
    known = read_named_cases(settings, now, asked)
    there = set(known.book.cases["case_id"])
    if missing := [each for each in asked if each not in there]:
        raise ConfigurationError(
            Message(
                "there is no case {ids}; `orderhealth case list` names those that there are",
                ids=plain(", ".join(meant[each].strip() or "''" for each in missing[:_NAMED])),
            )
        )
    return known


def say_of_cases(
    said: Saying, typed: Sequence[str], kind: SaidKind, what: str | None = None, *, is_forced: bool = False
) -> SaidOfCases:
    """Say one thing of cases, and return what was written and whose the others are.

    Where one of the numbers is wrong nothing is said (ConfigurationError). Cases that others have, or that
    are over, are left out where the word takes them.
    """
    known = named_cases(said.settings, typed, said.at)
    cases = known.book.cases.with_columns(since=running_since())
    over: list[tuple[str, datetime]] = []
    if kind in _TAKES:
        ended = cases.filter(pl.col("resolved_at").is_not_null())
        over = list(ended.select("case_id", "resolved_at").iter_rows())
        cases = cases.filter(pl.col("resolved_at").is_null())
    words = [
        Said(kind, said.who, said.why, said.at, "case", case_id, rule_id, what=what)
        for case_id, rule_id in cases.select("case_id", "rule_id").iter_rows()
    ]
    taking = Taking(words, dict(cases.select("case_id", "since").iter_rows()), is_forced)
    written = Desk(said.settings.desk_address).say_of("case", cases["case_id"].to_list(), taking.choose)
    return SaidOfCases(written, taking.taken, taking.own, over)


def known_role(owners: Owners, asked: str, cases: pl.DataFrame | None) -> str:
    """Return the role that is meant, by its name or title. Raises ConfigurationError where there is none."""
    role = owners.role_of(Text(zh=asked, en=asked)) if asked.strip() else ""
    others = [] if cases is None else cases["owner"].unique().to_list()
    known = sorted({*owners.roles, *others})
    if role not in known:
        raise ConfigurationError(
            Message(
                "there is no role '{asked}'; there are: {known}", asked=plain(asked), known=", ".join(known)
            )
        )
    return role


def _over(case_id: str, ended_at: datetime, settings: Settings) -> Message:
    return Message("{case_id} is over since {at}", case_id=case_id, at=_minute(ended_at, settings))


def _told(taken: Taken, settings: Settings, name: Callable[[str], str]) -> Message:
    return Message(
        "{case_id} was taken by {who} at {at}",
        case_id=taken.case_id,
        who=name(taken.by),
        at=_minute(taken.at, settings),
    )


def _minute(instant: datetime, settings: Settings) -> str:
    return instant.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")
