"""`orderhealth actions`: what is to be done in other systems, and what people say about it.

What belongs here: the calls. What does not: what a word does to an action (respond/actions/), and sending
(pipeline/actions/).
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text as PlainText

from orderhealth_pipeline.commands.people.action_words import action_words
from orderhealth_pipeline.commands.people.saying import read_until, say, saying_options, saying_words
from orderhealth_pipeline.commands.terminal.options import FILE, output, settings_from
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.pipeline.actions.deliver import deliver_actions
from orderhealth_pipeline.pipeline.actions.look import (
    ActionRow,
    Wanted,
    bytes_of,
    read_list,
    would_be_sent,
)
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.saying.actions import ActionWord, say_of_actions
from orderhealth_pipeline.pipeline.saying.speech import Saying
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.respond.actions.types import ACTION_TYPES
from orderhealth_pipeline.respond.actions.words import stopped_by
from orderhealth_pipeline.said import Said
from orderhealth_pipeline.settings import Settings

_STATES = ("proposed", "approved", "sent", "confirmed", "rejected", "unknown", "withdrawn")


@click.group()
def actions() -> None:
    """Show, approve and reject what is to be done in other systems; stop all of it."""


@actions.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only actions in this state.")
@click.option("--type", "kind", type=click.Choice(ACTION_TYPES), help="Only actions of this type.")
@click.option("--order", help="Only actions about this order.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--store", type=FILE, help="The store whose actions they are.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def list_actions(
    *,
    state: str | None,
    kind: str | None,
    order: str | None,
    as_json: bool,
    store: Path | None,
    config: Path | None,
) -> None:
    """List the actions of the latest run, newest first."""
    settings = settings_from(config, store=store)
    found = read_list(settings, Wanted(state, kind, order))
    if as_json:
        click.echo(json.dumps([each.record() for each in found], ensure_ascii=False))
        return
    words = action_words(settings.locale)
    stopped = stopped_by(Desk(settings.desk_address).frame(), datetime.now(UTC))
    if stopped is not None:
        click.echo(words.stopped.format(who=stopped))
    if not settings.actions.live:
        click.echo(words.dry_run)
    if not found:
        click.echo(words.nothing)
        return
    output().print(_table(found, settings))


@actions.command()
@click.argument("action_id", metavar="ID")
@click.option("--store", type=FILE, help="The store whose action it is.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def show(*, action_id: str, store: Path | None, config: Path | None) -> None:
    """Show the bytes that an action would be sent as; nothing is sent."""
    settings = settings_from(config, store=store)
    click.echo(_lines(bytes_of(settings, action_id, datetime.now(UTC))))


@actions.command()
@click.argument("action_ids", metavar="ID...", nargs=-1, required=True)
@saying_options
def approve(*, said: Saying, action_ids: Sequence[str]) -> None:
    """Approve actions; one that may or may not have arrived is sent once more."""
    _say_of(said, "action_approved", action_ids)


@actions.command()
@click.argument("action_ids", metavar="ID...", nargs=-1, required=True)
@saying_options
def reject(*, said: Saying, action_ids: Sequence[str]) -> None:
    """Reject actions that were not sent yet, or of which nobody knows."""
    _say_of(said, "action_rejected", action_ids)


@actions.command()
@click.argument("action_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--until", "until_text", metavar="T", help="An instant, or a span such as 24h; else for good.")
@saying_options
def own(*, said: Saying, action_ids: Sequence[str], until_text: str | None) -> None:
    """Own a hold: it does not expire."""
    until = None if until_text is None else read_until(until_text, said.settings, said.at)
    _say_of(said, "action_owned", action_ids, until)


@actions.command()
@saying_options
def stop(*, said: Saying) -> None:
    """Stop all actions at once: nothing more is sent until `start`."""
    say(said, Said("actions_stopped", said.who, said.why, said.at))


@actions.command()
@saying_options
def start(*, said: Saying) -> None:
    """Let actions be sent again."""
    say(said, Said("actions_started", said.who, said.why, said.at))


@actions.command()
@click.option("--store", type=FILE, help="The store whose actions they are.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def send(*, store: Path | None, config: Path | None) -> None:
    """Send what is approved, without a run before; unless it is live, only show the bytes."""
    settings = settings_from(config, store=store)
    words = action_words(settings.locale)
    if not settings.actions.live:
        click.echo(words.dry_run)
        for content in would_be_sent(settings, datetime.now(UTC)):
            click.echo(f"\n{_lines(content)}")
        return
    done = deliver_actions(plan_run(settings), clock=lambda: datetime.now(UTC), sleep=time.sleep)
    for each in done:
        click.echo(words.outcome_line(each))
    if not done:
        click.echo(words.nothing_to_send)


def _lines(content: bytes) -> str:
    """Return bytes as lines without what a terminal would obey."""
    return "\n".join(plain(line) for line in content.decode().splitlines())


def _say_of(said: Saying, kind: ActionWord, action_ids: Sequence[str], until: datetime | None = None) -> None:
    """Say a word about each of some actions, all or none. Raises ConfigurationError."""
    for entry in say_of_actions(said, kind, action_ids, until):
        what = f"{saying_words(said.settings.locale).kinds[kind]} {entry.value}"
        click.echo(saying_words(said.settings.locale).said.format(entry=entry.entry, what=what))


def _table(found: Sequence[ActionRow], settings: Settings) -> Table:
    words = action_words(settings.locale)
    table = Table(*words.columns.values())
    for each in found:
        at = each.proposed_at.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")
        cells = (
            each.action_id,
            words.type_title(each.type),
            each.order_id,
            each.rule_id,
            words.states[each.state],
            each.sink or "",
            at,
            each.approved_by or "",
            each.last_error or "",
        )
        # What a sink answered is no markup of the terminal.
        table.add_row(*(PlainText(cell) for cell in cells))
    return table
