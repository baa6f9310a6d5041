"""`orderhealth backtest`: history replayed under other rules beside those in force."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import click
from rich.table import Table

from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, output, settings_from, writing_into
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.instants import read_instant
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.what_if.accuracy import read_truth
from orderhealth_pipeline.pipeline.what_if.backtest import Backtest, instants_between
from orderhealth_pipeline.pipeline.what_if.backtest import backtest as replay
from orderhealth_pipeline.pipeline.written.write_replay import replay_report, write_replay
from orderhealth_pipeline.report.replay.model import COLUMNS, SIDES, ReplayReport, figures, side_line
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.words import read_duration

_BARS = "▁▂▃▄▅▆▇█"
_FILE = "backtest.html"


@click.command()
@click.option("--from", "start_text", required=True, metavar="T", help="The first instant (ISO 8601).")
@click.option("--to", "stop_text", required=True, metavar="T", help="The last instant (ISO 8601).")
@click.option(
    "--every", "every_text", default="1h", metavar="SPAN", help="From one to the next: 15m, 1h, 1d."
)
@click.option("--profile", metavar="NAME", help="The other rules: those in force with this profile.")
@click.option("--expectations", type=FOLDER, help="The other rules: those of this folder.")
@click.option("--truth", type=FILE, help="A truth file, for precision and recall.")
@click.option("--store", type=FILE, help="The store whose history is replayed; it is only read.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
@click.option("--out", type=FOLDER, help="A folder to write a page with plots into, backtest.html.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backtest(  # noqa: PLR0913 - one argument an option
    *,
    start_text: str,
    stop_text: str,
    every_text: str,
    truth: Path | None,
    out: Path | None,
    as_json: bool,
    config: Path | None,
    **others: Path | str | None,
) -> None:
    """Replay history under other rules; nothing is written to the store."""
    settings = settings_from(config, store=others.pop("store"))
    given = {name: value for name, value in others.items() if value is not None}
    if len(given) != 1:
        raise ConfigurationError("exactly one of --profile and --expectations says what the other rules are")
    instants = instants_between(
        read_instant(start_text, settings.zone, "--from"),
        read_instant(stop_text, settings.zone, "--to"),
        _span(every_text),
    )
    then = plan_run(settings.overridden(**given))
    known = None if truth is None else read_truth(truth)
    plan = plan_run(settings)
    result = replay(plan, then, instants, known)
    report = replay_report(result, plan, then, has_truth=known is not None)
    if as_json:
        click.echo(json.dumps(_record(result)))
    else:
        for line in _lines(report):
            click.echo(line)
        output().print(_table(report))
    if out is not None:
        with writing_into(out):
            click.echo(write_replay(report, out / _FILE), err=as_json)


def _span(text: str) -> timedelta:
    try:
        return read_duration(text)
    except ValueError as error:
        raise ConfigurationError(Message("--every: {error}", error=error)) from None


def _record(result: Backtest) -> dict[str, object]:
    return {
        "instants": [instant.isoformat() for instant in result.instants],
        "score": {
            side: [None if score is None else float(score) for score in scores]
            for side, scores in result.scores.items()
        },
        "alerts": result.alerts,
        "rules": {
            rule_id: {
                "now": rule.now,
                "then": rule.then,
                "new": list(rule.new),
                "gone": list(rule.gone),
                "precision": rule.precision,
                "recall": rule.recall,
            }
            for rule_id, rule in result.rules.items()
        },
    }


def _lines(report: ReplayReport) -> list[str]:
    texts = Texts(report.locale)
    return [
        f"{side_line(report, side, texts)}  "
        + "".join(
            "·" if score is None else _BARS[min(7, int(score / 12.5))] for score in report.sides[side].scores
        )
        for side in SIDES
    ]


def _table(report: ReplayReport) -> Table:
    texts = Texts(report.locale)
    table = Table(texts("rule"), *(texts(f"replay_column_{name}") for name in COLUMNS))
    for rule in report.rules:
        table.add_row(rule.rule_id, *figures(rule))
    return table
