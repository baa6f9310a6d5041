"""What the calls about cases share: which cases are meant, saying something of them, and the answer.

What belongs here: numbers of cases as people type them, and telling who came first. What does not: any one
call, and the log (desk/).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import click
import polars as pl

from orderhealth_pipeline.cases.frames import running_since
from orderhealth_pipeline.cases.numbers import meant_number
from orderhealth_pipeline.cases.taking import Taken, Taking
from orderhealth_pipeline.commands.people.saying import Saying, saying_words
from orderhealth_pipeline.commands.terminal.options import tell
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message, joined
from orderhealth_pipeline.pipeline.plan import read_rules
from orderhealth_pipeline.pipeline.written.read_cases import KnownCases, read_named_cases
from orderhealth_pipeline.report.render.terminal_cases import CaseWords
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.rules.owners import Owners, read_owners
from orderhealth_pipeline.said import Said, SaidKind
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Text

_FROM_INPUT: Final = "-"
_NAMED: Final = 20

_Call = TypeVar("_Call", bound=Callable[..., Any])


def ids_argument(call: _Call) -> _Call:
    """Give a call the argument of numbers of cases; `-` reads them from standard input."""
    return click.argument("ids", metavar="ID...", nargs=-1, required=True)(call)


def named_cases(settings: Settings, ids: Sequence[str], now: datetime) -> KnownCases:
    """Read the cases of the numbers that people typed. Raises ConfigurationError where there is none."""
    typed = [part for each in ids for part in (_from_input() if each == _FROM_INPUT else [each])]
    asked = list(dict.fromkeys(meant_number(each) for each in typed))
    if not asked:
        raise ConfigurationError("no number of a case was given")
    known = read_named_cases(settings, now, asked)
    there = set(known.book.cases["case_id"])
    if missing := [each for each in asked if each not in there]:
        raise ConfigurationError(
            Message(
                "there is no case {ids}; `orderhealth case list` names those that there are",
                ids=plain(", ".join(missing[:_NAMED])),
            )
        )
    return known


def say_of_cases(
    said: Saying, ids: Sequence[str], kind: SaidKind, what: str | None = None, *, is_forced: bool = False
) -> None:
    """Say one thing of cases, and tell whose they are that others have taken.

    Where one of the numbers is wrong nothing is said. Cases that others have, or that are over, are left out
    where the word takes them. Raises ConfigurationError where it leaves none.
    """
    known = named_cases(said.settings, ids, said.at)
    cases = known.book.cases.with_columns(since=running_since())
    not_said: list[Message] = []
    if kind in {"case_acknowledged", "case_assigned"}:
        over = cases.filter(pl.col("resolved_at").is_not_null())
        not_said += [
            _over(case_id, ended_at, said.settings)
            for case_id, ended_at in over.select("case_id", "resolved_at").iter_rows()
        ]
        cases = cases.filter(pl.col("resolved_at").is_null())
    words = [
        Said(kind, said.who, said.why, said.at, "case", case_id, rule_id, what=what)
        for case_id, rule_id in cases.select("case_id", "rule_id").iter_rows()
    ]
    taking = Taking(words, dict(cases.select("case_id", "since").iter_rows()), is_forced)
    written = Desk(said.settings.desk_address).say_of("case", cases["case_id"].to_list(), taking.choose)
    not_said += [_told(each, said.settings) for each in taking.taken]
    if not_said and not written and not taking.own:
        raise ConfigurationError(joined("\n", not_said))
    for line in not_said:
        tell(line, err=True)
    for case_id in taking.own:
        tell(Message("{case_id}: you have it already", case_id=case_id))
    if written:
        _answer(written, said.settings)


def owners_and_words(settings: Settings) -> tuple[Owners, CaseWords]:
    """Read the roles, and what rules and roles are called in the language of people."""
    owners, rules, locale = read_owners(settings.expectations), read_rules(settings).rules, settings.locale
    titles = {rule.id: rule.title.in_locale(locale) for rule in rules.values()}
    roles = {owners.role_of(rule.owner): rule.owner.in_locale(locale) for rule in rules.values()}
    roles |= {name: role.title.in_locale(locale) for name, role in owners.roles.items()}
    return owners, CaseWords(Texts(locale), titles, roles, settings.zone)


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


def _from_input() -> list[str]:
    return sys.stdin.read().replace(",", " ").split()


def _over(case_id: str, ended_at: datetime, settings: Settings) -> Message:
    return Message(
        "{case_id} is over since {at}",
        case_id=case_id,
        at=ended_at.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M"),
    )


def _told(taken: Taken, settings: Settings) -> Message:
    return Message(
        "{case_id} was taken by {who} at {at}",
        case_id=taken.case_id,
        who=plain(taken.by),
        at=taken.at.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M"),
    )


def _answer(written: Sequence[Said], settings: Settings) -> None:
    words = saying_words(settings.locale)
    first, last = written[0], written[-1]
    named = ", ".join(str(each.value) for each in written[:_NAMED])
    parts = [
        words.kinds[first.kind],
        words.case_whats.get(first.what or "", first.what),
        first.who,
        first.why,
    ]
    what = plain(" · ".join(part for part in parts if part))
    if len(written) == 1:
        click.echo(words.said.format(entry=first.entry, what=f"{named} · {what}"))
        return
    more = "…" if len(written) > _NAMED else ""
    click.echo(words.said_of_cases.format(first=first.entry, last=last.entry, n=len(written), what=what))
    click.echo(f"{named}{more}")
