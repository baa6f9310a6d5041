"""`orderhealth audit`: what people looked at and changed at the console, and whether that log is whole."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text as PlainText

from orderhealth_pipeline.commands.people.account_words import account_words
from orderhealth_pipeline.commands.terminal.options import FILE, output, settings_from, tell
from orderhealth_pipeline.desk.accounts.audit import AuditEntry
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.settings import Settings

_STORE = click.option("--store", type=FILE, help="The store whose desk it is.")
_CONFIG = click.option(
    "--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder."
)


@click.group()
def audit() -> None:
    """Show the audit log of the console, and check that nobody changed it."""


@audit.command()
@click.option(
    "--head", metavar="HASH", help="A hash that an earlier check printed: it has to be in the log still."
)
@_STORE
@_CONFIG
def verify(*, head: str | None, store: Path | None, config: Path | None) -> None:
    """Check every entry against the one before it: exit 0 the log is whole, 1 somebody changed it."""
    settings = settings_from(config, store=store)
    state = PeopleDesk(settings.desk_address).check(head)
    if state.trouble is not None:
        raise OrderHealthError(Message("the audit log was tampered with: {trouble}", trouble=state.trouble))
    tell(
        Message(
            "{entries} entries, none changed; the newest has the hash {head}",
            entries=state.entries,
            head=state.head,
        )
    )


@audit.command("log")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="So many at most."
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@_STORE
@_CONFIG
def log_entries(*, limit: int, as_json: bool, store: Path | None, config: Path | None) -> None:
    """List what people looked at and changed, newest first."""
    settings = settings_from(config, store=store)
    entries = PeopleDesk(settings.desk_address).deeds(limit)
    if as_json:
        click.echo(json.dumps([_record(entry) for entry in entries], ensure_ascii=False))
        return
    table = Table(*account_words(settings.locale).audit_columns.values())
    for entry in entries:
        # What a person typed is no markup of the terminal.
        table.add_row(*(PlainText(cell) for cell in _cells(entry, settings)))
    output().print(table)


def _record(entry: AuditEntry) -> dict[str, object]:
    deed = entry.deed
    return {
        "entry": entry.entry,
        "at": deed.at.isoformat(),
        "who": deed.who,
        "verb": deed.verb,
        "about": deed.about,
        "value": deed.value,
        "why": deed.why,
        "detail": deed.detail,
        "hash": entry.hash,
    }


def _cells(entry: AuditEntry, settings: Settings) -> tuple[str, ...]:
    deed = entry.deed
    return (
        str(entry.entry),
        formats.minute(deed.at.astimezone(settings.zone)),
        deed.who,
        deed.verb,
        f"{deed.about} {deed.value or ''}".strip(),
        deed.detail or "",
        deed.why or "",
    )
