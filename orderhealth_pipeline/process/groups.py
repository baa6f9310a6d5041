"""What the process is told apart by, in numbers: everything, each shop, warehouse and carrier, step by step.

What belongs here: numbering. What does not: measuring. Places and steps are numbered because numbers are
grouped and sorted several times as fast as texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from orderhealth_pipeline.process.milestones import PLACES, STEPS

OVERALL: Final = "overall"
GROUP: Final = ("group", "pair")
MEMBER: Final = ("at", "pair")


def numbered_places(orders: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return orders with `at`, the number of their shop, warehouse and carrier, and these by number."""
    places = orders.select(PLACES.keys()).unique().sort(PLACES.keys()).with_row_index("at")
    at = orders.join(places, on=list(PLACES), how="left", nulls_equal=True, maintain_order="left")["at"]
    return orders.drop(*PLACES).with_columns(at), places


def groups_of(places: pl.DataFrame, pairs: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """Return which numbers of places belong to which group, for each pair of steps at which it is known.

    Columns: at, group (in order), pair, dimension, value, from_step, to_step.
    """
    everything = places.select("at", dimension=pl.lit(0), value=pl.lit(None, pl.String), known_from=pl.lit(0))
    of_places = [
        places.select("at", dimension=pl.lit(number), value=place, known_from=pl.lit(known_from)).drop_nulls()
        for number, (place, known_from) in enumerate(PLACES.items(), start=1)
    ]
    dimensions = dict(enumerate([OVERALL, *PLACES]))
    groups = (
        pl.concat([everything, *of_places])
        .sort("dimension", "value")
        .with_columns(
            group=pl.struct("dimension", "value").rle_id(),
            dimension=pl.col("dimension").replace_strict(dimensions, return_dtype=pl.String),
        )
    )
    steps = pl.DataFrame(
        [(number, list(STEPS).index(start), start, end) for number, (start, end) in enumerate(pairs)],
        schema={"pair": pl.Int64, "start": pl.Int64, "from_step": pl.String, "to_step": pl.String},
        orient="row",
    )
    return groups.join(steps, how="cross").filter(pl.col("start") >= pl.col("known_from"))
