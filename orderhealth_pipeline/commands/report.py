"""`orderhealth report`: the risk report of the latest run, or the report of a day or a week."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from orderhealth_pipeline.commands.terminal.deliveries import show_messages
from orderhealth_pipeline.commands.terminal.options import (
    FILE,
    FOLDER,
    settings_from,
    writing_into,
)
from orderhealth_pipeline.commands.terminal.printing import PlainConsole
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.alerting.period_message import record_period_message
from orderhealth_pipeline.pipeline.instants import read_instant
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.written.write_period import (
    FORMS,
    read_period_report,
    write_period_report,
)
from orderhealth_pipeline.pipeline.written.write_report import latest_instant, write_report
from orderhealth_pipeline.report.period.model import PeriodKind
from orderhealth_pipeline.settings.reports import ReportForm


@click.command()
@click.pass_obj
@click.option("--store", type=FILE, help="The store whose latest run is reported.")
@click.option(
    "--out", type=FOLDER, help="The folder to write to. Default: `report.folder` of the configuration."
)
@click.option("--expectations", type=FOLDER, help="Folder of the rules, for their texts.")
@click.option("--timezone", metavar="TZ", help="The time zone in which the report tells instants.")
@click.option("--locale", type=click.Choice(["zh", "en"]), help="The language of the report.")
@click.option("--daily", "kind", flag_value="daily", help="Report on the last 24 hours.")
@click.option("--weekly", "kind", flag_value="weekly", help="Report on the last 7 days.")
@click.option(
    "--form",
    "forms",
    multiple=True,
    type=click.Choice(FORMS),
    help="A form of a daily or weekly report; may be repeated. Default: `report.forms` of the configuration.",
)
@click.option(
    "--as-of", "as_of_text", metavar="T", help="The evaluated instant at which a daily or weekly report ends."
)
@click.option(
    "--deliver", is_flag=True, help="Send a daily or weekly report to the roles that the configuration names."
)
@click.option(
    "--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder, if it is there."
)
def report(  # noqa: PLR0913 - one argument an option
    console: PlainConsole,
    *,
    store: Path | None,
    out: Path | None,
    expectations: Path | None,
    timezone: str | None,
    locale: str | None,
    kind: PeriodKind | None,
    forms: tuple[ReportForm, ...],
    as_of_text: str | None,
    deliver: bool,
    config: Path | None,
) -> None:
    """Write the risk report of the latest run as one self-contained HTML file.

    With --daily or --weekly: the report of that time, in every form that is asked for.
    """
    settings = settings_from(config, store=store, expectations=expectations, timezone=timezone, locale=locale)
    folder = out or settings.report.folder
    plan = plan_run(settings)
    # A run ahead of the clock is not the latest one, however often others follow.
    as_of = latest_instant(plan, datetime.now(UTC))
    if kind is not None:
        at = as_of if as_of_text is None else read_instant(as_of_text, settings.zone)
        period = read_period_report(plan, kind, at)
        with writing_into(folder):
            written = write_period_report(plan, period, folder / kind, forms or settings.report.forms)
        for file in written.files:
            click.echo(file)
        if deliver:
            record_period_message(plan, period, written.files)
            show_messages(plan, console)
        if written.trouble is not None:
            raise written.trouble
        return
    if forms or deliver or as_of_text is not None:
        raise ConfigurationError("--form, --deliver and --as-of belong to --daily or --weekly")
    with writing_into(folder):
        click.echo(write_report(plan, folder, as_of, with_list=True))
