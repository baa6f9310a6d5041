"""Which part of the feeds tells how many pieces of some SKUs the warehouses have.

What belongs here: from SKUs to the keys of counts and shipments that are to be read. What does not: reading
them (visible.py), and what they add up to (orders/stock.py).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.store.registered import registered
from orderhealth_pipeline.store.rows.slices import Slice

_SHIPMENTS: Final = "wms_shipments"
_SHIPMENT_LINES: Final = "wms_shipment_lines"
_STOCK: Final = "wms_stock"


def slices_of_stock(
    con: duckdb.DuckDBPyConnection, skus: pl.Series, as_of: datetime, loaded: Collection[str]
) -> dict[str, Slice]:
    """Return the parts of the loaded feeds that tell how much there is of some SKUs.

    Of the stock the latest counts, of shipments those that any version says left after one of them.
    """
    slices: dict[str, Slice] = {}
    if _STOCK not in loaded:
        return slices
    with registered(con, "wanted_skus", pl.DataFrame({"sku": skus})):
        sql.run(con, "tick/changed/find_latest_counts", {"as_of": as_of})
    slices[_STOCK] = Slice("latest_counts", ("warehouse", "sku", "counted_at"))
    if _SHIPMENTS in loaded and _SHIPMENT_LINES in loaded:
        sql.run(con, "tick/changed/find_departed_shipments")
        slices[_SHIPMENTS] = Slice("departed_shipments", ("shipment_id",))
        slices[_SHIPMENT_LINES] = Slice("departed_shipments", ("shipment_id",))
    return slices
