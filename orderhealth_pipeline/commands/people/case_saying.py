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

from orderhealth_pipeline.commands.people.saying import saying_words
from orderhealth_pipeline.commands.terminal.options import tell
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message, joined
from orderhealth_pipeline.pipeline.plan import read_rules
from orderhealth_pipeline.pipeline.saying import cases
from orderhealth_pipeline.pipeline.saying.speech import Saying
from orderhealth_pipeline.pipeline.written.read_cases import KnownCases
from orderhealth_pipeline.report.render.terminal_cases import CaseWords
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.rules.owners import Owners, read_owners
from orderhealth_pipeline.said import Said, SaidKind
from orderhealth_pipeline.settings import Settings

_FROM_INPUT: Final = "-"
_NAMED: Final = 20

_Call = TypeVar("_Call", bound=Callable[..., Any])


def ids_argument(call: _Call) -> _Call:
    """Give a call the argument of numbers of cases; `-` reads them from standard input."""
    return click.argument("ids", metavar="ID...", nargs=-1, required=True)(call)


def named_cases(settings: Settings, ids: Sequence[str], now: datetime) -> KnownCases:
    """Read the cases of the numbers that people typed, `-` for standard input. Raises ConfigurationError."""
    return cases.named_cases(settings, _typed(ids), now)


def say_of_cases(
    said: Saying, ids: Sequence[str], kind: SaidKind, what: str | None = None, *, is_forced: bool = False
) -> None:
    """Say one thing of cases, and tell whose they are that others have taken.

    Raises ConfigurationError where a number is wrong, or nothing is left to say.
    """
    done = cases.say_of_cases(said, _typed(ids), kind, what, is_forced=is_forced)
    unsaid = done.unsaid(said.settings)
    if done.taken and kind == "case_assigned":
        unsaid = [*unsaid, Message("--reassign gives it to another although somebody has it")]
    if unsaid and not done.written and not done.own:
        raise ConfigurationError(joined("\n", unsaid))
    for line in unsaid:
        tell(line, err=True)
    for case_id in done.own:
        tell(Message("{case_id}: you have it already", case_id=case_id))
    if done.written:
        _answer(done.written, said.settings)


def owners_and_words(settings: Settings) -> tuple[Owners, CaseWords]:
    """Read the roles, and what rules and roles are called in the language of people."""
    owners, rules, locale = read_owners(settings.expectations), read_rules(settings).rules, settings.locale
    titles = {rule.id: rule.title.in_locale(locale) for rule in rules.values()}
    roles = {owners.role_of(rule.owner): rule.owner.in_locale(locale) for rule in rules.values()}
    roles |= {name: role.title.in_locale(locale) for name, role in owners.roles.items()}
    return owners, CaseWords(Texts(locale), titles, roles, settings.zone)


def _typed(ids: Sequence[str]) -> list[str]:
    return [part for each in ids for part in (_from_input() if each == _FROM_INPUT else [each])]


def _from_input() -> list[str]:
    return sys.stdin.read().replace(",", " ").split()


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
