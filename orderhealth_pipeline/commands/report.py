"""`orderhealth report`: the risk report of the latest run, as one self-contained HTML file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, settings_from, writing_into
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.written.write_report import latest_instant, write_report


@click.command()
@click.option("--store", type=FILE, help="The store whose latest run is reported.")
@click.option(
    "--out", type=FOLDER, help="The folder to write to. Default: `report.folder` of the configuration."
)
@click.option("--expectations", type=FOLDER, help="Folder of the rules, for their texts.")
@click.option("--timezone", metavar="TZ", help="The time zone in which the report tells instants.")
@click.option("--locale", type=click.Choice(["zh", "en"]), help="The language of the report.")
@click.option(
    "--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder, if it is there."
)
def report(
    *,
    store: Path | None,
    out: Path | None,
    expectations: Path | None,
    timezone: str | None,
    locale: str | None,
    config: Path | None,
) -> None:
    """Write the risk report of the latest run as one self-contained HTML file."""
    settings = settings_from(config, store=store, expectations=expectations, timezone=timezone, locale=locale)
    folder = out or settings.report.folder
    plan = plan_run(settings)
    # A run ahead of the clock is not the latest one, however often others follow.
    as_of = latest_instant(plan, datetime.now(UTC))
    with writing_into(folder):
        click.echo(write_report(plan, folder, as_of, with_list=True))
