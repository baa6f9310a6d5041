"""`orderhealth map`: what a file is, how it would be read, and the adapter that reads it from then on."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click
from rich.table import Table as Shown
from rich.text import Text as PlainText

from orderhealth_pipeline.commands.connect.said_columns import (
    ask_for_columns,
    require_there,
    said_columns,
    way_out,
)
from orderhealth_pipeline.commands.terminal.asking import can_ask, confirmed
from orderhealth_pipeline.commands.terminal.options import FILE, output, settings_from, tell
from orderhealth_pipeline.errors import ConfigurationError, UnusableInputError
from orderhealth_pipeline.ingest.adapters.declaration import Adapter, read_adapter
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.mapping.adapter_text import adapter_files
from orderhealth_pipeline.ingest.mapping.examine import Examined, examine
from orderhealth_pipeline.ingest.mapping.looks import DayOrder
from orderhealth_pipeline.ingest.mapping.proposal import Proposal, Said
from orderhealth_pipeline.ingest.rejection_reasons import as_reason
from orderhealth_pipeline.messages import Message, as_message, joined
from orderhealth_pipeline.pipeline.adapted import incoming_folder
from orderhealth_pipeline.pipeline.dropped.look import FAR, adapter_name, best_of, write_adapter
from orderhealth_pipeline.pipeline.dropped.trial import Trial, try_adapter
from orderhealth_pipeline.settings import Settings

_WIDEST_CELL: Final = 24


@click.command("map")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the adapter. Default: adapters/<file>."
)
@click.option("--yes", is_flag=True, help="Take what is proposed, and ask nothing.")
@click.option(
    "--day-first", "order", flag_value="day_first", help="Dates such as 03/04/2026 begin with the day."
)
@click.option("--month-first", "order", flag_value="month_first", help="03/04/2026 is in March.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FEED.COLUMN=NAME",
    help="What a column of the file is, where its name does not say it. Can be given several times.",
)
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def map_file(
    *,
    file: Path,
    out: Path | None,
    yes: bool,
    order: DayOrder | None,
    columns: tuple[str, ...],
    config: Path | None,
) -> None:
    """Say what FILE is: a platform's export, or a table for which an adapter is proposed and written."""
    settings = settings_from(config)
    if not file.is_file():
        raise UnusableInputError(Message("{file}: there is no such file", file=file))
    found = _examined(file, order, said_columns(columns), asks=not yes and can_ask())
    if found.presets:
        _tell_preset(found.presets, file, out, settings)
        return
    proposal = _best_of(found, file)
    name = adapter_name(file)
    folder = out or settings.own_adapters / name
    if folder.exists() and any(folder.iterdir()):
        raise ConfigurationError(
            Message("{folder} is there already: --out names another folder", folder=folder)
        )
    texts = adapter_files(proposal, name, settings.timezone, file.name)
    with TemporaryDirectory() as draft:
        write_adapter(Path(draft), texts)
        adapter = read_adapter(draft, feed_contracts())
        _show_proposal(proposal)
        _show_trial(try_adapter(adapter, file, feed_contracts(), FAR), settings)
    if not yes and can_ask() and not confirmed(Message("Write the adapter?"), default=True):
        raise click.Abort
    write_adapter(folder, texts)
    tell(Message("The adapter is in {folder}; what is wrong with it can be changed there.", folder=folder))
    if folder.resolve().parent == settings.own_adapters.resolve():
        tell(
            Message(
                "Runs find it by themselves: put such files into {feeds}.", feeds=incoming_folder(settings)
            )
        )
        tell(Message("Next: orderhealth run --feeds {folder}", folder=file.parent))
    else:
        _tell_next(str(folder), file)


def _examined(file: Path, order: DayOrder | None, said: Said, *, asks: bool) -> Examined:
    """Look at a file, and ask what only a person can know."""
    found = examine(file, feed_contracts(), order, said)
    require_there(said, found.proposals)
    if asks and order is None and any(each.has_ambiguous_dates for each in found.proposals[:1]):
        is_day = confirmed(Message("Do dates such as 03/04/2026 begin with the day?"), default=False)
        order = "day_first" if is_day else "month_first"
        found = examine(file, feed_contracts(), order, said)
    while asks and found.proposals and found.proposals[0].lacking:
        answers = ask_for_columns(found.proposals[0], said)
        if answers is None:
            break
        said = answers
        found = examine(file, feed_contracts(), order, said)
    return found


def _best_of(found: Examined, file: Path) -> Proposal:
    try:
        return best_of(found, file)
    except UnusableInputError as error:
        if found.proposals and found.proposals[0].lacking:
            raise UnusableInputError(joined("\n", (as_message(error), way_out(found.proposals[0])))) from None
        raise


def _tell_preset(presets: Sequence[Adapter], file: Path, out: Path | None, settings: Settings) -> None:
    adapter = presets[0]
    title = adapter.declaration.title
    tell(
        Message(
            "{file} is of {platform}: the preset '{name}' reads it.",
            file=file.name,
            platform=title.in_locale(settings.locale) if title else adapter.name,
            name=adapter.name,
        )
    )
    if len(presets) > 1:
        others = ", ".join(each.name for each in presets[1:])
        tell(Message("These presets could read it, too: {others}", others=others))
    _show_trial(try_adapter(adapter, file, feed_contracts(), FAR), settings)
    if out is not None:
        shutil.copytree(adapter.folder, out, dirs_exist_ok=True)
        tell(Message("The adapter is in {folder}; what is wrong with it can be changed there.", folder=out))
    _tell_next(str(out) if out is not None else adapter.name, file)


def _show_proposal(proposal: Proposal) -> None:
    table = proposal.table
    tell(
        Message(
            "The header is line {line}, with {columns} columns of which {used} are read.",
            line=table.header_row + 1,
            columns=len(table.header),
            used=len(proposal.used),
        )
    )
    shown = Shown("", "", "")
    for feed in proposal.feeds:
        for target, choice in feed.choices.items():
            words = ", ".join(f"{word} = {meaning}" for word, meaning in feed.words.get(target, {}).items())
            shown.add_row(
                *map(PlainText, (f"{feed.feed}.{target}", choice.column or choice.sql or "", words))
            )
    output().print(shown)
    left = [name for name in table.header if name not in proposal.used]
    if left:
        tell(Message("Not read: {columns}", columns=", ".join(left)))
    for doubt in proposal.doubts:
        tell(Message("Not certain: {doubt}", doubt=doubt))


def _show_trial(trial: Trial, settings: Settings) -> None:
    for each in trial.feeds:
        tell(Message("{feed}: {count} rows, of which the first are", feed=each.feed, count=each.count))
        shown = Shown(*each.columns)
        for row in each.rows:
            shown.add_row(*(PlainText(_cell(value, settings)) for value in row))
        output().print(shown)
    if trial.refused:
        tell(Message("{count} rows would be refused:", count=trial.refused))
    for feed, line, reason in trial.refusals:
        tell(Message("{feed}, line {line}: {reason}", feed=feed, line=line, reason=as_reason(reason)))


def _cell(value: Any, settings: Settings) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M:%S")
    text = str(value)
    return text if len(text) <= _WIDEST_CELL else text[: _WIDEST_CELL - 1] + "…"


def _tell_next(adapter: str, file: Path) -> None:
    folder = file.parent
    tell(
        Message("Next: orderhealth run --adapter {adapter} --feeds {folder}", adapter=adapter, folder=folder)
    )
