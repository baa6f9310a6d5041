"""What the calls share that write down what a person said: who, why, when, what about, and the answer.

What belongs here: options and the words of the answer. What does not: any one call, and the log (desk/).
"""

from __future__ import annotations

import functools
import getpass
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, settings_from, tell
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.instants import read_instant
from orderhealth_pipeline.pipeline.saying.known import known_value, unknown_so_far
from orderhealth_pipeline.pipeline.saying.speech import (
    OF_MESSAGES,
    TARGETS,
    Saying,
    later_instant,
    one_target,
    require_text,
    write_word,
)
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.said import AboutKind, Said, SaidKind
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Locale, words_of
from orderhealth_pipeline.yaml_files import FrozenModel

_WHO: Final = "ORDERHEALTH_WHO"

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
    preview: str
    no_preview: str


def saying_words(locale: Locale) -> SayingWords:
    """Return the words of one language."""
    return words_of(_FILE, SayingWords, locale)


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
    for kind in reversed([each for each in TARGETS if each not in OF_MESSAGES]):
        call = click.option(f"--{kind}", metavar="VALUE", help=f"Only findings about this {kind}.")(call)
    return call


def subject_options(call: _Call) -> _Call:
    """Give a call the options that say which messages a word is about."""
    for kind in reversed(OF_MESSAGES):
        call = click.option(f"--{kind}", metavar="VALUE", help=f"Only messages about this {kind}.")(call)
    return call


def say(said: Saying, word: Said) -> None:
    """Write a word into the log and print the entry."""
    entry = write_word(said, word)
    words = saying_words(said.settings.locale)
    click.echo(words.said.format(entry=entry.entry, what=plain(_written(entry, said.settings))))


def _saying(who: str | None, why: str, at_text: str | None, settings: Settings) -> Saying:
    name = require_text(who or os.environ.get(_WHO) or getpass.getuser(), "--who")
    why = require_text(why, "--why")
    at = datetime.now(UTC) if at_text is None else read_instant(at_text, settings.zone, "--at")
    return Saying(settings, name, why, at)


def spoken_of(said: Saying, targets: Mapping[str, str | None]) -> tuple[AboutKind, str | None]:
    """Return what a word is about, and tell where there is none so far. Raises ConfigurationError."""
    about, value = one_target(targets)
    value = known_value(said.settings, about, value)
    if (hint := unknown_so_far(said.settings, about, value)) is not None:
        tell(hint, err=True)
    return about, value


def read_until(text: str, settings: Settings, at: datetime) -> datetime:
    """Read --until: an instant, or a span such as 24h from when it is said. Raises ConfigurationError."""
    until = later_instant(text, at) or read_instant(text, settings.zone, "--until")
    if until <= at:
        raise ConfigurationError("--until: an instant later than --at is expected")
    return until


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
    if word.what is not None:
        parts.append(word.what)
    return " · ".join([*parts, word.who, word.why])
