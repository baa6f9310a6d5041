"""What the calls share that write down what a person said: who, why, when, what about, and the answer.

What belongs here: options and the words of the answer. What does not: any one call, and the log (desk/).
"""

from __future__ import annotations

import functools
import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, read_instant, settings_from
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.plan import read_rules
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.said import ABOUT_KINDS, AboutKind, Said, SaidKind
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Locale, read_duration, words_of
from orderhealth_pipeline.yaml_files import FrozenModel

TARGETS: Final[tuple[AboutKind, ...]] = tuple(
    kind for kind in ABOUT_KINDS if kind not in {"everything", "system", "case", "action", "entry"}
)
_OF_MESSAGES: Final = ("role", "source")
"""What messages are about and findings are not: these can be silenced, and not allowed."""

_WHO: Final = "ORDERHEALTH_WHO"
_LONGEST: Final = 2_000

_FILE: Final = Path(__file__).with_name("saying_words.yml")
_OPTIONS: Final = (
    click.option("--who", help=f"Who says it. Default: ${_WHO}, else the user who is logged in."),
    click.option("--why", required=True, help="Why."),
    click.option("--at", "at_text", metavar="T", help="When it is said (ISO 8601). Default: now."),
    click.option("--store", type=FILE, help="The store whose desk it is."),
    click.option("--expectations", type=FOLDER, help="Folder of the rules."),
    click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder."),
)

_Call = TypeVar("_Call", bound=Callable[..., Any])


class SayingWords(FrozenModel):
    """The words of one language."""

    said: str
    said_of_cases: str
    undone: str
    nothing: str
    kinds: dict[SaidKind, str]
    abouts: dict[AboutKind, str]
    all_rules: str
    until: str
    taken_back: str
    columns: dict[str, str]
    case_whats: dict[str, str]


def saying_words(locale: Locale) -> SayingWords:
    """Return the words of one language."""
    return words_of(_FILE, SayingWords, locale)


@dataclass(frozen=True)
class Saying:
    """Who says something, why and when, and the settings that name the desk."""

    settings: Settings
    who: str
    why: str
    at: datetime


def saying_options(call: Callable[..., None]) -> Callable[..., None]:
    """Give a call the options that every word takes, which it gets as `said`."""

    @functools.wraps(call)
    def said_by_options(
        *,
        who: str | None,
        why: str,
        at_text: str | None,
        store: Path | None,
        expectations: Path | None,
        config: Path | None,
        **others: Any,
    ) -> None:
        settings = settings_from(config, store=store, expectations=expectations)
        call(said=_saying(who, why, at_text, settings), **others)

    options: Callable[..., None] = said_by_options
    for option in reversed(_OPTIONS):
        options = option(options)
    return options


def about_options(call: _Call) -> _Call:
    """Give a call the options that say what a word is about: at most one of them."""
    for kind in reversed([each for each in TARGETS if each not in _OF_MESSAGES]):
        call = click.option(f"--{kind}", metavar="VALUE", help=f"Only findings about this {kind}.")(call)
    return call


def subject_options(call: _Call) -> _Call:
    """Give a call the options that say which messages a word is about."""
    for kind in reversed(_OF_MESSAGES):
        call = click.option(f"--{kind}", metavar="VALUE", help=f"Only messages about this {kind}.")(call)
    return call


def say(said: Saying, word: Said) -> None:
    """Write a word into the log and print the entry."""
    (entry,) = Desk(said.settings.desk_address).say(word)
    words = saying_words(said.settings.locale)
    click.echo(words.said.format(entry=entry.entry, what=plain(_written(entry, said.settings))))


def _saying(who: str | None, why: str, at_text: str | None, settings: Settings) -> Saying:
    name = (who or os.environ.get(_WHO) or getpass.getuser()).strip()
    for option, text in (("--who", name), ("--why", why.strip())):
        if not text or len(text) > _LONGEST:
            raise ConfigurationError(
                Message(
                    "{option}: a text of 1 to {longest} characters is expected",
                    option=option,
                    longest=_LONGEST,
                )
            )
    at = datetime.now(UTC) if at_text is None else read_instant(at_text, settings.zone, "--at")
    return Saying(settings, name, why.strip(), at)


def known_rule(settings: Settings, rule: str) -> str | None:
    """Return the rule that is meant, None for `all`. Raises ConfigurationError where there is none."""
    if rule == "all":
        return None
    rules = read_rules(settings).rules
    if rule not in rules:
        raise ConfigurationError(
            Message("there is no rule '{rule}'; there are: all, {rules}", rule=rule, rules=", ".join(rules))
        )
    return rule


def read_until(text: str, settings: Settings, at: datetime) -> datetime:
    """Read --until: an instant, or a span such as 24h from when it is said. Raises ConfigurationError."""
    try:
        until = at + read_duration(text)
    except ValueError:
        until = read_instant(text, settings.zone, "--until")
    if until <= at:
        raise ConfigurationError("--until: an instant later than --at is expected")
    return until


def one_target(targets: dict[str, str | None]) -> tuple[AboutKind, str | None]:
    """Return what a word is about, of the options that were given. Raises ConfigurationError."""
    given = [(kind, value) for kind in TARGETS if (value := targets.get(kind)) is not None]
    if len(given) > 1:
        named = ", ".join(f"--{kind}" for kind, _ in given)
        raise ConfigurationError(Message("only one of these is expected: {named}", named=named))
    if not given:
        return "everything", None
    kind, value = given[0][0], given[0][1].strip()
    if not value:
        raise ConfigurationError(Message("--{kind}: a value is expected", kind=kind))
    return kind, value


def _written(word: Said, settings: Settings) -> str:
    words = saying_words(settings.locale)
    parts = [
        words.kinds[word.kind],
        word.rule_id or words.all_rules,
        f"{words.abouts[word.about]} {word.value}" if word.value is not None else words.abouts[word.about],
    ]
    if word.until is not None:
        until = word.until.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")
        parts.append(words.until.format(until=until))
    return " · ".join([*parts, word.who, word.why])
