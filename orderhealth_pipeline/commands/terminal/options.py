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
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from rich.console import Console

from orderhealth_pipeline.commands.terminal.language import language_of
from orderhealth_pipeline.commands.terminal.printing import PlainConsole
from orderhealth_pipeline.commands.terminal.verbose import verbose_option
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message, in_locale
from orderhealth_pipeline.pipeline.warnings import warnings_of
from orderhealth_pipeline.setting_values import known_zone
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
