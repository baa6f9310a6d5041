"""Frames as Arrow tables in types that other engines have as well: numbers are signed, texts short.

What belongs here: the types. What does not: engines (spark/).
"""

from __future__ import annotations

import polars as pl
import pyarrow as pa


def as_arrow(frame: pl.DataFrame, schema: pl.Schema) -> pa.Table:
    """Return some columns of a frame in types that hold all their values."""
    columns = frame.select(pl.col(name).cast(_wire_type(dtype)) for name, dtype in schema.items())
    return columns.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(arrow_schema(schema))


def _wire_type(dtype: pl.DataType) -> pl.DataType:
    return pl.Int64() if dtype.is_integer() else dtype


def arrow_schema(schema: pl.Schema) -> pa.Schema:
    """Return the types that columns have there."""
    empty = pl.DataFrame(schema={name: _wire_type(dtype) for name, dtype in schema.items()})
    types = empty.to_arrow(compat_level=pl.CompatLevel.oldest()).schema
    return pa.schema(
        [(each.name, pa.string() if each.type == pa.large_string() else each.type) for each in types]
    )
