"""The command line `orderhealth`: its calls, its exit codes, and errors as people read them.

What belongs here: the group of calls and what is the same for all. What does not: any call itself
(commands/).
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click
from polars.exceptions import PanicException

from orderhealth_pipeline.commands.terminal.language import language_of
from orderhealth_pipeline.commands.terminal.printing import PlainConsole, ProgressLog
from orderhealth_pipeline.commands.terminal.verbose import LOGGER, verbose_option
from orderhealth_pipeline.errors import OrderHealthError, StoreError
from orderhealth_pipeline.messages import Message, in_locale
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.settings import CONFIGURATION_FILE

_CALLS: Final = {
    "demo": "demo",
    "run": "run",
    "report": "report",
    "console": "console",
    "findings": "findings",
    "export": "results.export",
    "export-feeds": "results.export_feeds",
    "rules": "rules",
    "words": "words",
    "pull": "connect.pull",
    "source": "connect.source",
    "forget": "connect.forget",
    "adapters": "connect.adapters",
    "map": "connect.map_file",
    "simulate": "simulate",
    "evaluate": "evaluate",
    "backtest": "backtest",
    "init": "init",
    "rebuild": "rebuild",
    "fleet": "fleet",
    "snooze": "people.snooze",
    "allow": "people.allow",
    "verdict": "people.verdict",
    "case": "people.case",
    "actions": "people.actions",
    "why": "alerts.why",
    "policy": "alerts.policy",
    "doctor": "alerts.doctor",
    "desk": "people.desk",
    "accounts": "people.accounts",
    "audit": "people.audit",
}
"""The calls in the order in which people meet them, and their modules below commands/."""


class CallsByName(click.Group):
    """Imports a call, and the libraries only it needs, when it is the one that was asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the calls in the order in which people meet them."""
        return list(_CALLS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the call of that name: its module defines it under its own name."""
        if cmd_name not in _CALLS:
            return None
        module = importlib.import_module(f"orderhealth_pipeline.commands.{_CALLS[cmd_name]}")
        call: click.Command = getattr(module, _CALLS[cmd_name].rpartition(".")[2])
        return call


@click.group(
    cls=CallsByName, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(version("orderhealth-pipeline"), prog_name="orderhealth")
@verbose_option
@click.pass_context
def calls(context: click.Context) -> None:
    """Read five order systems, find the orders that went wrong, and give one health score out of 100."""
    if context.obj is None:
        context.obj = _console()
    logging.getLogger(LOGGER).handlers = [ProgressLog(context.obj)]


def main() -> None:
    """Run the command line; a user's mistake ends with its exit code and a message, not with a traceback."""
    console = _console()
    try:
        calls.main(prog_name="orderhealth", standalone_mode=True, obj=console)
    except OrderHealthError as error:
        click.echo(f"orderhealth: {plain(error.in_locale(console.locale))}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        # What the system refuses outside the store: a folder of reports, standard output, a full disk.
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"orderhealth: {plain(f'{where}{error.strerror or error}')}", err=True)
        sys.exit(StoreError.exit_code)
    except (PanicException, RuntimeError) as error:
        if not _is_interruption(error):
            raise
        click.echo(in_locale(Message("Aborted!"), console.locale), err=True)
        sys.exit(1)


def _console() -> PlainConsole:
    """Return standard error, speaking as the configuration in this folder until a call reads another."""
    return PlainConsole(stderr=True, locale=language_of(Path(CONFIGURATION_FILE), os.environ))


def _is_interruption(error: BaseException) -> bool:
    """Say whether it is an interruption, of which Polars makes a panic and DuckDB an error."""
    return "KeyboardInterrupt" in str(error) or str(error) == "Query interrupted"


if __name__ == "__main__":
    main()
