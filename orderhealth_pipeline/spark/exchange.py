"""Frames of several kinds as one Spark frame, so that one exchange brings together what belongs to one group.

What belongs here: putting frames together, and taking them apart on a worker. What does not: which groups
there are, and what is computed of them (engine.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Final

import polars as pl
import pyarrow as pa

from orderhealth_pipeline.orders.division import GROUP
from orderhealth_pipeline.spark.arrow_frames import arrow_schema, as_arrow

if TYPE_CHECKING:
    from pyspark.sql.dataframe import DataFrame

_KIND: Final = "kind_number"

Frames = Mapping[str, pl.DataFrame]
Schemas = Mapping[str, pl.Schema]
OfGroup = Callable[[Frames], pl.DataFrame]
"""What is computed of the frames of one group, by name; rows are in no order."""


def applied(
    frames: Mapping[str, DataFrame], schemas: Schemas, function: OfGroup, result: pl.Schema
) -> DataFrame:
    """Apply a function to every group of frames that all have GROUP; its results have the schema `result`."""
    from pyspark.sql.pandas.types import from_arrow_schema

    widened = [_widened(frame, name, schemas) for name, frame in frames.items()]

    def on_worker(table: pa.Table) -> pa.Table:
        return as_arrow(function(_apart(table, schemas)), result)

    together = reduce(lambda one, other: one.union(other), widened)
    return together.groupBy(GROUP).applyInArrow(on_worker, from_arrow_schema(arrow_schema(result)))


def _widened(frame: DataFrame, name: str, schemas: Schemas) -> DataFrame:
    """Return a frame with the columns of all of them: its own filled, all others null."""
    from pyspark.sql.connect import functions as spark
    from pyspark.sql.pandas.types import from_arrow_schema

    columns = [spark.col(GROUP).cast("bigint"), spark.lit(list(schemas).index(name)).alias(_KIND)]
    for number, (kind, schema) in enumerate(schemas.items()):
        for column in from_arrow_schema(arrow_schema(schema)):
            own = spark.col(column.name) if kind == name else spark.lit(None).cast(column.dataType)
            columns.append(own.alias(f"{number}_{column.name}"))
    return frame.select(*columns)


def _apart(table: pa.Table, schemas: Schemas) -> dict[str, pl.DataFrame]:
    """Return the frames of a group; there is an empty one where it has no row of a kind."""
    together = pl.DataFrame(table)
    return {
        name: together.filter(pl.col(_KIND) == number).select(
            pl.col(f"{number}_{column}").cast(dtype).alias(column) for column, dtype in schema.items()
        )
        for number, (name, schema) in enumerate(schemas.items())
    }
