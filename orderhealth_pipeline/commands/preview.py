"""`orderhealth rules preview`: what the present orders would say if a figure of a rule were another."""

from __future__ import annotations

import json
from pathlib import Path

import click

from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, settings_from
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.what_if.preview import Preview, preview_rule
from orderhealth_pipeline.rules.in_force.figures import read_changes
from orderhealth_pipeline.words import Locale, Text

_SHOWN = 10

_SUMMARY = Text(
    zh="{rule}：命中 {now} 单 → {then} 单（新增 {new}，消失 {gone}）；健康分 {score_now} → {score_then}",
    en="{rule}: {now} open → {then} (new {new}, gone {gone}); score {score_now} → {score_then}",
)
_NEW = Text(zh="新增：{orders}", en="new: {orders}")
_GONE = Text(zh="消失：{orders}", en="gone: {orders}")


@click.command()
@click.argument("rule_id", metavar="RULE")
@click.option("--set", "given", multiple=True, metavar="NAME=NUMBER", help="Another figure or parameter.")
@click.option("--store", type=FILE, help="The store whose present orders are looked at.")
@click.option("--expectations", type=FOLDER, help="Folder of the rules.")
@click.option("--profile", metavar="NAME", help="A profile of the rules.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def preview(
    *,
    rule_id: str,
    given: tuple[str, ...],
    as_json: bool,
    config: Path | None,
    **overrides: Path | str | None,
) -> None:
    """Say what the present orders would say; nothing is written."""
    settings = settings_from(config, **overrides)
    changes = read_changes(given)
    found = preview_rule(plan_run(settings), rule_id, changes)
    if as_json:
        click.echo(json.dumps(_record(found)))
        return
    for line in _lines(rule_id, found, settings.locale):
        click.echo(line)


def _record(found: Preview) -> dict[str, object]:
    return {
        "open": {"now": found.open_now, "then": found.open_then},
        "new": list(found.new),
        "gone": list(found.gone),
        "score": {"now": _number(found.score_now), "then": _number(found.score_then)},
    }


def _number(score: object) -> float | None:
    return None if score is None else float(str(score))


def _lines(rule_id: str, found: Preview, locale: Locale) -> list[str]:
    summary = _SUMMARY.in_locale(locale).format(
        rule=rule_id,
        now=found.open_now,
        then=found.open_then,
        new=len(found.new),
        gone=len(found.gone),
        score_now="—" if found.score_now is None else found.score_now,
        score_then="—" if found.score_then is None else found.score_then,
    )
    named = [(_NEW, found.new), (_GONE, found.gone)]
    return [
        summary,
        *(
            text.in_locale(locale).format(
                orders=", ".join(orders[:_SHOWN]) + (" …" if orders[_SHOWN:] else "")
            )
            for text, orders in named
            if orders
        ),
    ]
