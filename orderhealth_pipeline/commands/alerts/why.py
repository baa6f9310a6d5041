"""`orderhealth why`: why people heard of an order, or did not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from orderhealth_pipeline.commands.people.case_saying import owners_and_words
from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, settings_from
from orderhealth_pipeline.pipeline.alerting.why import why_of
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.report.render.terminal_why import why_lines


@click.command()
@click.argument("order")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@click.option("--store", type=FILE, help="The store whose latest run is read.")
@click.option("--expectations", type=FOLDER, help="Folder of the rules, for their titles.")
@click.option("--locale", type=click.Choice(["zh", "en"]), help="The language of the answer.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def why(
    *,
    order: str,
    as_json: bool,
    store: Path | None,
    expectations: Path | None,
    locale: str | None,
    config: Path | None,
) -> None:
    """Say why people heard of an order, or did not: findings, cases, decisions and deliveries."""
    settings = settings_from(config, store=store, expectations=expectations, locale=locale)
    chain = from_published(settings.store, lambda con: why_of(con, order))
    if as_json:
        click.echo(json.dumps(chain, ensure_ascii=False, default=_instant))
        return
    _, words = owners_and_words(settings)
    for line in why_lines(chain, words.rule, words.role, settings.locale, settings.zone):
        click.echo(line)


def _instant(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} is no JSON")
    return value.astimezone(UTC).isoformat()
