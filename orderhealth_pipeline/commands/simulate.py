"""`orderhealth simulate`: the feeds of a simulated store, with the truth about them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from orderhealth_pipeline.commands.terminal.options import FOLDER
from orderhealth_pipeline.pipeline.instants import read_instant
from orderhealth_pipeline.simulate.simulation import simulate as simulate_store
from orderhealth_pipeline.simulate.write import SHOP_ZONE, write_simulation


@click.command()
@click.option("--scenario", required=True, metavar="NAME", help="calm or promo_eve.")
@click.option("--orders", required=True, type=click.IntRange(min=1), help="How many orders.")
@click.option("--seed", required=True, type=click.IntRange(min=0), help="The same seed gives the same files.")
@click.option("--out", required=True, type=FOLDER, help="The folder to write to.")
@click.option(
    "--as-of", "as_of_text", metavar="T", help="The instant of the export. Default: the scenario's own."
)
def simulate(*, scenario: str, orders: int, seed: int, out: Path, as_of_text: str | None) -> None:
    """Write the feeds of a simulated store and truth.csv, which says what is wrong and what only looks so."""
    as_of: datetime | None = None if as_of_text is None else read_instant(as_of_text, ZoneInfo(SHOP_ZONE))
    simulation = simulate_store(scenario, orders, seed, as_of)
    write_simulation(simulation, out)
    rows = sum(frame.height for frame in simulation.feeds.values())
    local = simulation.as_of.astimezone(ZoneInfo(SHOP_ZONE)).isoformat()
    click.echo(
        f"{orders} orders, {rows} rows in {out}. To evaluate them at the instant they were exported:",
        err=True,
    )
    click.echo(f"orderhealth run --feeds {out} --as-of {local}")
