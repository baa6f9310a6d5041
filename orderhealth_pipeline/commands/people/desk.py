"""`orderhealth desk`: the log of what people said, and taking an entry back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text as PlainText

from orderhealth_pipeline.commands.people.saying import SayingWords, saying_options, saying_words
from orderhealth_pipeline.commands.terminal.options import FILE, output, settings_from
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.desk.reading import read_entries
from orderhealth_pipeline.pipeline.saying.speech import VERDICTS, Saying
from orderhealth_pipeline.said import Said
from orderhealth_pipeline.settings import Settings


@click.group()
def desk() -> None:
    """Show what people said, and take an entry back."""


@desk.command()
@click.argument("entry", type=int)
@saying_options
def undo(*, said: Saying, entry: int) -> None:
    """Take an entry back; nothing is deleted."""
    (undone,) = Desk(said.settings.desk_address).undo(entry, who=said.who, why=said.why, at=said.at)
    click.echo(saying_words(said.settings.locale).undone.format(entry=undone.entry, undone=entry))


@desk.command("log")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--store", type=FILE, help="The store whose desk it is.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def log_entries(*, as_json: bool, store: Path | None, config: Path | None) -> None:
    """List everything that people said, in the order in which it was written."""
    settings = settings_from(config, store=store)
    entries = read_entries(settings.desk_address)
    if as_json:
        click.echo(json.dumps([_record(entry) for entry in entries], ensure_ascii=False))
        return
    words = saying_words(settings.locale)
    if not entries:
        click.echo(words.nothing)
        return
    output().print(_table(entries, settings))


def _record(entry: Said) -> dict[str, object]:
    record = {name: value for name, value in asdict(entry).items() if name != "key"}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in record.items()
    }


def _table(entries: list[Said], settings: Settings) -> Table:
    words = saying_words(settings.locale)
    undone = {entry.value for entry in entries if entry.kind == "undone"}
    table = Table(*words.columns.values())
    for entry in entries:
        said = f"{words.kinds[entry.kind]} {_what(entry, words)}".strip()
        cells = (
            str(entry.entry),
            _minute(entry.at, settings),
            entry.who,
            f"{said} ({words.taken_back})" if str(entry.entry) in undone else said,
            entry.rule_id or words.all_rules,
            f"{words.abouts[entry.about]} {entry.value or ''}".strip(),
            "" if entry.until is None else _minute(entry.until, settings),
            entry.why,
        )
        # A person's text is no markup of the terminal.
        table.add_row(*(PlainText(cell) for cell in cells))
    return table


def _what(entry: Said, words: SayingWords) -> str:
    """Tell what was said beside the kind: a verdict in words, all else as it was said."""
    verdict = VERDICTS.get(entry.what or "") if entry.kind == "case_closed" else None
    return entry.what or "" if verdict is None else words.kinds[verdict]


def _minute(instant: datetime, settings: Settings) -> str:
    return instant.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")
