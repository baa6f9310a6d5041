"""`orderhealth export-feeds`: what counts of every feed at an instant, as partitioned Parquet."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from orderhealth_pipeline.commands.terminal.options import FILE, FOLDER, settings_from, tell, writing_into
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.instants import asked_instant
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.written.export_feeds import ORDERS_A_BUCKET
from orderhealth_pipeline.pipeline.written.export_feeds import export_feeds as export_feeds_of
from orderhealth_pipeline.store.file.connection import read_store


@click.command("export-feeds")
@click.option("--out", type=FOLDER, required=True, help="The folder: a folder per feed, cut into buckets.")
@click.option("--as-of", "as_of_text", metavar="T", help="The instant (ISO 8601). Default: now.")
@click.option("--ahead", is_flag=True, help="Let the instant be later than the clock.")
@click.option(
    "--orders-a-bucket",
    type=click.IntRange(min=1),
    default=ORDERS_A_BUCKET,
    show_default=True,
    help="About how many orders' records one bucket has.",
)
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@click.option("--store", type=FILE, help="The DuckDB file that the pipeline owns.")
@click.option("--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder.")
def export_feeds(  # noqa: PLR0913 - one argument an option
    *,
    out: Path,
    as_of_text: str | None,
    ahead: bool,
    orders_a_bucket: int,
    as_json: bool,
    store: Path | None,
    config: Path | None,
) -> None:
    """Write what counts of every loaded feed as Parquet by buckets, as another engine reads it."""
    settings = settings_from(config, store=store)
    as_of = asked_instant(as_of_text, settings, datetime.now(UTC), is_ahead=ahead)
    plan = plan_run(settings)
    with read_store(settings.store) as con, writing_into(out):
        done = export_feeds_of(con, plan, as_of, out, orders_a_bucket=orders_a_bucket)
    if as_json:
        click.echo(
            json.dumps({feed: {"rows": each.rows, "bucket_by": each.by} for feed, each in done.items()})
        )
        return
    for feed, each in done.items():
        tell(Message("{feed}: {rows} rows, in buckets of {by}", feed=feed, rows=f"{each.rows:,}", by=each.by))
