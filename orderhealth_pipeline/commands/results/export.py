"""`orderhealth export`: results by day, as Parquet files or Delta tables, for a warehouse or a BI tool."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import cast

import click

from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, settings_from, tell, writing_into
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.written.export_results.results import FORMATS, Format, export_results


@click.command()
@click.option(
    "--out", type=FOLDER, required=True, help="The folder: a folder per table, and in it one per day."
)
@click.option(
    "--format",
    "kept_as",
    type=click.Choice(tuple(FORMATS)),
    default="parquet",
    show_default=True,
    help="Parquet files by day, or Delta tables, which need the extra `delta`.",
)
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@click.option("--store", type=FILE, help="The store whose published results are read.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def export(*, out: Path, kept_as: str, as_json: bool, store: Path | None, config: Path | None) -> None:
    """Write orders, findings, scores and cases by day; only days that changed are written."""
    settings = settings_from(config, store=store)
    with writing_into(out):
        done = export_results(settings, out, cast("Format", kept_as))
    if as_json:
        click.echo(json.dumps({each.table: dataclasses.asdict(each) for each in done}))
        return
    for each in done:
        tell(
            Message(
                "{table}: {rows} rows on {days} days, {written} of them written",
                table=each.table,
                rows=f"{each.rows:,}",
                days=each.days,
                written=each.written,
            )
        )
