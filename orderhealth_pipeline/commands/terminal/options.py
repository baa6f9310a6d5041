"""What several calls share: where they print, reading options into settings, and instants.

What belongs here: standard output, and the precedence of options over `orderhealth.yml` over defaults. What
does not: any one call.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from orderhealth_pipeline.commands.terminal.language import language_of
from orderhealth_pipeline.commands.terminal.printing import PlainConsole
from orderhealth_pipeline.commands.terminal.verbose import verbose_option
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message, in_locale
from orderhealth_pipeline.pipeline.warnings import warnings_of
from orderhealth_pipeline.setting_values import known_zone, sensible_instant
from orderhealth_pipeline.settings import CONFIGURATION_FILE, Settings, read_settings
from orderhealth_pipeline.words import Locale

FOLDER: Final = click.Path(file_okay=False, path_type=Path)
FILE: Final = click.Path(dir_okay=False, path_type=Path)

_LOG: Final = logging.getLogger(__name__)
_WIDTH_OF_A_FILE: Final = 120

_RUN_OPTIONS: Final = (
    verbose_option,
    click.option(
        "--feeds",
        type=click.Path(path_type=Path),
        help="Folder of the feed files; else `feeds` of the configuration.",
    ),
    click.option(
        "--as-of",
        "as_of_text",
        metavar="T",
        help="The instant the result is true for (ISO 8601). Default: now.",
    ),
    click.option(
        "--ahead", is_flag=True, help="Let the instant be later than the clock; it is refused otherwise."
    ),
    click.option(
        "--record",
        is_flag=True,
        help="Record also an instant before the newest evaluated one; it is only shown otherwise.",
    ),
    click.option("--store", type=FILE, help="The DuckDB file that the pipeline owns."),
    click.option(
        "--expectations", type=FOLDER, help="Folder of the rules. Default: those that come with the program."
    ),
    click.option("--profile", metavar="NAME", help="A profile of the rules, such as promotion."),
    click.option(
        "--timezone", metavar="TZ", help="Time zone of instants without an offset. Default: Asia/Shanghai."
    ),
    click.option(
        "--adapter", metavar="NAME", help="How the files become feeds: canonical, olist, or a folder."
    ),
    click.option(
        "--config",
        type=FILE,
        help="The configuration. Default: orderhealth.yml of this folder, if it is there.",
    ),
)

_Call = TypeVar("_Call", bound=Callable[..., Any])


def output() -> Console:
    """Standard output; wide enough for tables where it is no terminal."""
    return PlainConsole() if sys.stdout.isatty() else PlainConsole(width=_WIDTH_OF_A_FILE)


def settings_from(config: Path | None, **overrides: Any) -> Settings:
    """Read the configuration, `orderhealth.yml` of this folder unless another is named, and let options win.

    An option that is None was not given. Raises ConfigurationError.
    """
    beside = Path(CONFIGURATION_FILE)
    _speak_as(config or beside, overrides.get("locale"))
    if config is not None or beside.is_file():
        settings = read_settings(config or beside, os.environ)
    else:
        settings = Settings()
    given = {name: value for name, value in overrides.items() if value is not None}
    if "timezone" in given:
        try:
            known_zone(given["timezone"])
        except ValueError as error:
            raise ConfigurationError(Message("--timezone: {error}", error=error)) from None
    return settings.overridden(**given)


def tell(message: Message, *, err: bool = False) -> None:
    """Print a message on standard output in the language of the person at the terminal."""
    click.echo(in_locale(message, spoken()), err=err)


def spoken() -> Locale:
    """Return the language of the person at the terminal."""
    console = _console()
    return console.locale if console is not None else "en"


def _console() -> PlainConsole | None:
    context = click.get_current_context(silent=True)
    return context.find_object(PlainConsole) if context is not None else None


def _speak_as(configuration: Path, locale: Locale | None) -> None:
    """Let the console speak the language that is asked for, else that of the configuration."""
    console = _console()
    if console is not None:
        console.locale = locale or language_of(configuration, os.environ)


def warn_of(settings: Settings) -> None:
    """Say what of the configuration works, and should not be left so."""
    for warning in warnings_of(settings):
        _LOG.warning(warning)


def run_options(call: _Call) -> _Call:
    """Give a call the options that say what a run is over: feeds, instant, store, rules."""
    for option in reversed(_RUN_OPTIONS):
        call = option(call)
    return call


def asked_instant(
    as_of_text: str | None, settings: Settings, clock: datetime, *, is_ahead: bool = False
) -> datetime:
    """Return the instant that is asked for, UTC: by --as-of, else by the settings, else by the clock.

    Raises ConfigurationError for one that is later than the clock, unless `is_ahead` says that it is meant:
    what has not happened yet would be missing, and what has would be too old to count.
    """
    if as_of_text is not None:
        as_of = read_instant(as_of_text, settings.zone)
    else:
        as_of = (settings.as_of or clock).astimezone(UTC)
    if is_ahead or as_of <= clock:
        return as_of
    late = Message(
        "{as_of} is later than the clock of this machine, {clock}; correct it, or add --ahead if it is meant",
        as_of=as_of.isoformat(),
        clock=f"{clock:%Y-%m-%dT%H:%M:%SZ}",
    )
    if as_of_text is not None:
        raise ConfigurationError(Message("--as-of: {late}", late=late))
    raise settings.blamed(("as_of",), ConfigurationError(late))


def read_instant(text: str, zone: ZoneInfo, option: str = "--as-of") -> datetime:
    """Read an option as UTC: ISO 8601, without an offset in `zone`. Raises ConfigurationError."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            Message(
                "{option}: '{text}' is no ISO 8601 instant; expected such as 2026-11-10T20:00:00+08:00",
                option=option,
                text=text[:60],
            )
        ) from None
    try:
        return sensible_instant(instant if instant.tzinfo else instant.replace(tzinfo=zone))
    except ValueError as error:
        raise ConfigurationError(Message("{option}: {error}", option=option, error=error)) from None


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Say which folder it is that cannot be written, as a ConfigurationError."""
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            Message("cannot write here ({reason}); name another folder", reason=error.strerror or error),
            file=folder,
        ) from None
