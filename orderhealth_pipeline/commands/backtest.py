"""`orderhealth backtest`: history replayed under other rules beside those in force."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import click
from rich.table import Table

from orderhealth_pipeline.commands.options import FILE, FOLDER, output, read_instant, settings_from
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.accuracy import read_truth
from orderhealth_pipeline.pipeline.backtest import Backtest, instants_between
from orderhealth_pipeline.pipeline.backtest import backtest as replay
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.two_rule_sets import Side
from orderhealth_pipeline.words import Locale, Text, read_duration

_BARS = "▁▂▃▄▅▆▇█"
_SIDES: dict[Side, Text] = {
    "now": Text(zh="现行规则", en="rules in force"),
    "then": Text(zh="另一套规则", en="other rules"),
}
_COLUMNS = Text(zh="规则,现在,那样,新增,消失,精确率,召回率", en="rule,now,then,new,gone,precision,recall")
_SCORES = Text(
    zh="{side}：健康分 {lowest}–{highest}，预警 {alerts} 次  {plot}",
    en="{side}: score {lowest}–{highest}, {alerts} alerts  {plot}",
)


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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backtest(
    *,
    start_text: str,
    stop_text: str,
    every_text: str,
    truth: Path | None,
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
    result = replay(plan_run(settings), then, instants, known)
    if as_json:
        click.echo(json.dumps(_record(result)))
        return
    for line in _lines(result, settings.locale):
        click.echo(line)
    output().print(_table(result, settings.locale))


def _span(text: str) -> timedelta:
    try:
        return read_duration(text)
    except ValueError as error:
        raise ConfigurationError(f"--every: {error}") from None


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


def _lines(result: Backtest, locale: Locale) -> list[str]:
    lines = []
    for side, scores in result.scores.items():
        known = [float(score) for score in scores if score is not None]
        plot = "".join("·" if score is None else _BARS[min(7, int(float(score) / 12.5))] for score in scores)
        lines.append(
            _SCORES.in_locale(locale).format(
                side=_SIDES[side].in_locale(locale),
                lowest=f"{min(known):.2f}" if known else "—",
                highest=f"{max(known):.2f}" if known else "—",
                alerts=result.alerts[side],
                plot=plot,
            )
        )
    return lines


def _table(result: Backtest, locale: Locale) -> Table:
    table = Table(*_COLUMNS.in_locale(locale).split(","))
    for rule_id, rule in result.rules.items():
        shares = ["—" if share is None else f"{share:.3f}" for share in (rule.precision, rule.recall)]
        table.add_row(
            rule_id, str(rule.now), str(rule.then), str(len(rule.new)), str(len(rule.gone)), *shares
        )
    return table
