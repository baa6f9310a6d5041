"""A simulation as files: the feeds folder that a pipeline would read.

What belongs here: the form of the files. What does not: anything about their content.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.simulate.simulation import Simulation

SHOP_ZONE = "Asia/Shanghai"
INSTANT_FORM = "%Y-%m-%dT%H:%M:%S%:z"


def write_simulation(simulation: Simulation, out: Path) -> None:
    """Write `<feed>.csv` for every feed, `truth.csv`, and `simulation.json` with what made them.

    UTF-8 without BOM, lines end in LF, instants are ISO 8601 with the offset of the shop's zone (+08:00),
    money has two decimals. Existing files of these names are replaced.

    Raises:
        UnusableInputError: the folder cannot be made or written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for feed, frame in simulation.feeds.items():
            written_form(frame).write_csv(out / f"{feed}.csv", datetime_format=INSTANT_FORM)
        simulation.truth.write_csv(out / "truth.csv")
        (out / "simulation.json").write_text(_facts(simulation), encoding="utf-8")
    except OSError as error:
        raise UnusableInputError(
            Message("cannot write the simulation to {out}: {strerror}", out=out, strerror=error.strerror)
        ) from error


def written_form(frame: pl.DataFrame) -> pl.DataFrame:
    """Instants in the shop's zone; money with two decimals, counts with none."""
    forms = [
        pl.col(name).dt.convert_time_zone(SHOP_ZONE)
        if isinstance(dtype, pl.Datetime)
        else pl.col(name).cast(pl.Int64 if name in ("quantity", "on_hand", "reserved") else pl.Decimal(18, 2))
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Datetime | pl.Decimal)
    ]
    return frame.with_columns(forms)


def _facts(simulation: Simulation) -> str:
    facts = {
        "scenario": simulation.scenario,
        "orders": simulation.orders,
        "seed": simulation.seed,
        "as_of": simulation.as_of.isoformat(),
        "rows": {feed: frame.height for feed, frame in simulation.feeds.items()},
    }
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
