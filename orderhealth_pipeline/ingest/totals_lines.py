"""Lines of totals between the rows of a source: of a page, a day or a shop.

What belongs here: parting them from the rows, so that they are counted and told. What does not: telling them
(text/table_place.py).
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pyarrow as pa

from orderhealth_pipeline.ingest.staged import Staged


def without_totals(read: pa.Table, staged: Staged) -> tuple[pa.Table, Staged]:
    """Part lines of totals between the rows, which are told as such, from the rows."""
    if "total_line" not in read.column_names:
        return read, staged
    frame = pl.DataFrame(read)
    is_row = pl.col("total_line").is_null()
    totals = frame.filter(~is_row).select(
        record=pl.col("row_number"),
        kind=pl.lit("totals_line"),
        column_name=pl.lit(None, pl.String),
        reason=pl.lit("a line of totals"),
        row=pl.col("total_line"),
    )
    rows = frame.filter(is_row).drop("total_line").to_arrow()
    return rows, replace(staged, broken=pl.concat([staged.broken, totals]).sort("record"))
