"""`orderhealth demo`: the eve of a promotion, simulated and run through the whole pipeline."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import click

from orderhealth_pipeline.commands.run import stage_times
from orderhealth_pipeline.commands.terminal.language import language_of
from orderhealth_pipeline.commands.terminal.options import FOLDER, output, tell, writing_into
from orderhealth_pipeline.commands.terminal.printing import PlainConsole
from orderhealth_pipeline.commands.terminal.verbose import verbose_option
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message, in_locale
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.written.write_report import read_report, write_report
from orderhealth_pipeline.report.render.terminal import render_terminal
from orderhealth_pipeline.settings import CONFIGURATION_FILE, Settings, read_settings
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from orderhealth_pipeline.words import Locale

_SCENARIO: Final = "promo_eve"
_SEED: Final = 11
_HOURS_BEFORE: Final = (48, 24, 12, 6, 0)
"""Every version of a row is kept, so the run looks at the days before too, and the report has a trend."""
_MARKER: Final = "simulation.json"
_CONFIGURATION: Final = """\
# Made by `orderhealth demo`, which replaces it. `orderhealth init` makes one for a shop of your own.
as_of: {as_of} # every run looks at this instant; without this line, at its own
locale: {locale}
store: orderhealth.duckdb
feeds: feeds
report:
  folder: .
channels:
  - {{type: file, url: alerts.jsonl}}
"""


@click.command()
@click.option(
    "--out", type=FOLDER, default=Path("demo"), show_default=True, help="Where feeds, store and report go."
)
@click.option(
    "--orders", type=click.IntRange(min=500), default=20_000, show_default=True, help="How many orders."
)
@click.option(
    "--locale",
    type=click.Choice(["zh", "en"]),
    help="The language of results and messages. Default: that of the machine, such as LANG, else English.",
)
@verbose_option
@click.pass_obj
def demo(progress: PlainConsole, *, out: Path, orders: int, locale: Locale | None) -> None:
    """Simulate a store on the eve of a promotion, run the pipeline on it, show the result, write the report.

    No configuration and no network are needed.
    """
    feeds, store = out / "feeds", out / "orderhealth.duckdb"
    with writing_into(out):
        _clear(out, feeds)
    locale = progress.locale = locale or language_of(None, os.environ)
    simulating = Message("simulating {orders:,} orders on the eve of a promotion", orders=orders)
    with progress.status(in_locale(simulating, locale)):
        simulation = simulate(_SCENARIO, orders, _SEED)
        write_simulation(simulation, feeds)
    rows = sum(frame.height for frame in simulation.feeds.values())
    progress.say(
        Message(
            "simulated {orders:,} orders of five systems, {rows:,} rows in {feeds}",
            orders=orders,
            rows=rows,
            feeds=feeds,
        )
    )
    plan = plan_run(_configured(out, simulation.as_of, locale))
    for hours in _HOURS_BEFORE:
        as_of = simulation.as_of - timedelta(hours=hours)
        with stage_times(progress) as times:
            outcome = run_pipeline(plan, as_of, times)
        progress.say(
            Message(
                "{hours:>3} hours before: score {score}", hours=hours, score=outcome.assessment.health.score
            )
        )
    output().print(render_terminal(read_report(plan, simulation.as_of)))
    path = write_report(plan, out, with_list=True)
    tell(
        Message(
            "\nThe report:     {path}  (open it in a browser)\n"
            "The console:    orderhealth console --config {configuration}, then open http://127.0.0.1:8300\n"
            "The Dagster UI: make dev, then open http://127.0.0.1:3000\n"
            "How right it was: orderhealth evaluate --store {store} --truth {truth}",
            path=path.resolve(),
            configuration=out / CONFIGURATION_FILE,
            store=store,
            truth=feeds / "truth.csv",
        )
    )


def _configured(out: Path, as_of: datetime, locale: Locale) -> Settings:
    """Write the demo's configuration, for which the evening of the simulation never ends, and read it."""
    configuration = out / CONFIGURATION_FILE
    configuration.write_text(_CONFIGURATION.format(as_of=as_of.isoformat(), locale=locale), encoding="utf-8")
    return read_settings(configuration, {})


def _clear(out: Path, feeds: Path) -> None:
    """Remove what an earlier demo left, and nothing else."""
    configuration = out / CONFIGURATION_FILE
    no_demo = (
        (feeds, Message("there are feeds here that no demo made; name another folder with --out")),
        (
            configuration,
            Message("there is a configuration here that no demo made; name another folder with --out"),
        ),
    )
    for made, reason in no_demo:
        if made.exists() and not (feeds / _MARKER).is_file():
            raise ConfigurationError(reason, file=made)
    configuration.unlink(missing_ok=True)
    shutil.rmtree(feeds, ignore_errors=True)
    for file in (
        *out.glob("orderhealth*.duckdb*"),
        *out.glob("risk-report*.html"),
        *out.glob("risk-findings-*.xlsx"),
        out / "alerts.jsonl",
    ):
        file.unlink(missing_ok=True)
