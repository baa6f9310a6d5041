"""`orderhealth policy`: what the alert policy told, and what another one would have told."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
from pydantic import model_validator
from rich.table import Table
from rich.text import Text as PlainText

from orderhealth_pipeline.commands.terminal.options import FILE, output, settings_from
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.alerting.replay import ToldMessage, messages_between, replay
from orderhealth_pipeline.pipeline.instants import read_instant
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.respond.policy.settings import AlertingSettings
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.connection import read_store
from orderhealth_pipeline.yaml_files import FrozenModel, Keys, read_model

_COLUMNS: Final = {
    "zh": ("通道", "实际消息", "换用该策略", "每小时最多"),
    "en": ("channel", "told", "under the other policy", "most in an hour"),
}
_NOTHING: Final = {
    "zh": "这段时间没有发送任何消息。",
    "en": "No message was sent in this time.",
}


class PolicyFile(FrozenModel):
    """A file with another policy: `alerting:` as in the configuration, or only what stands below it."""

    alerting: AlertingSettings = AlertingSettings()

    @model_validator(mode="before")
    @classmethod
    def _may_be_the_keys_alone(cls, value: Any) -> Any:
        return {"alerting": value} if isinstance(value, dict) and "alerting" not in value else value


@click.group()
def policy() -> None:
    """Look at what the alert policy told, and try another one on history."""


@policy.command("replay")
@click.option("--from", "start_text", metavar="T", required=True, help="The first instant (ISO 8601).")
@click.option("--to", "stop_text", metavar="T", required=True, help="The last instant, included.")
@click.option("--policy", "file", type=FILE, help="Another policy: a file with `alerting:`.")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@click.option("--store", type=FILE, help="The store whose history is replayed.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def replay_policy(
    *,
    start_text: str,
    stop_text: str,
    file: Path | None,
    as_json: bool,
    store: Path | None,
    config: Path | None,
) -> None:
    """Return what was sent, and what another policy would have sent; nothing is written or sent."""
    settings = settings_from(config, store=store)
    start = read_instant(start_text, settings.zone, "--from")
    stop = read_instant(stop_text, settings.zone, "--to")
    if stop < start:
        raise ConfigurationError("--to: an instant not before --from is expected")
    plan = plan_run(settings)
    other = None if file is None else _other_policy(file, plan)
    with read_store(settings.store) as con:
        now = messages_between(con, start, stop)
        then = None if other is None else replay(con, plan, other, start, stop)
    if as_json:
        click.echo(json.dumps(_record(start, stop, now, then), ensure_ascii=False))
        return
    _show(settings, now, then)


def _other_policy(file: Path, plan: RunPlan) -> AlertingSettings:
    """Read another policy. Raises ConfigurationError, also where it names what there is not."""
    lines: dict[Keys, int] = {}
    other = read_model(file, PolicyFile, lines=lines).alerting
    for keys, unknown in other.unknown_names(plan.owners.roles, plan.catalogue.rules):
        line = lines.get(("alerting", *keys)) or lines.get(keys)
        raise ConfigurationError(
            Message("'{key}': {error}", key=".".join(map(str, keys)), error=unknown), file=file, line=line
        )
    return other


def _record(
    start: datetime, stop: datetime, now: list[ToldMessage], then: list[ToldMessage] | None
) -> dict[str, Any]:
    sides = {"now": now, "then": then}
    return {
        "from": start.astimezone(UTC).isoformat(),
        "to": stop.astimezone(UTC).isoformat(),
        "sent": {side: told and [_message(each) for each in told] for side, told in sides.items()},
        "messages": {
            side: told if told is None else dict(Counter(each.channel for each in told))
            for side, told in sides.items()
        },
        "most_an_hour": {side: told if told is None else _most_an_hour(told) for side, told in sides.items()},
    }


def _message(told: ToldMessage) -> dict[str, str]:
    return {**asdict(told), "as_of": told.as_of.isoformat()}


def _most_an_hour(told: list[ToldMessage]) -> dict[str, int]:
    """Return the most messages of any hour of the clock, by channel."""
    hours = Counter((each.channel, each.as_of.replace(minute=0, second=0, microsecond=0)) for each in told)
    return {
        channel: max(count for (name, _), count in hours.items() if name == channel)
        for channel in sorted({each.channel for each in told})
    }


def _show(settings: Settings, now: list[ToldMessage], then: list[ToldMessage] | None) -> None:
    shown = then if then is not None else now
    channels = sorted({each.channel for each in [*now, *(then or [])]})
    if not channels:
        click.echo(_NOTHING[settings.locale])
        return
    columns = _COLUMNS[settings.locale]
    table = Table(*(columns if then is not None else (columns[0], columns[1], columns[3])))
    most = _most_an_hour(shown)
    for channel in channels:
        counts = [sum(each.channel == channel for each in told) for told in (now, then) if told is not None]
        cells = (channel, *(f"{count:,}" for count in counts), f"{most.get(channel, 0):,}")
        table.add_row(*(PlainText(cell) for cell in cells))
    output().print(table)
