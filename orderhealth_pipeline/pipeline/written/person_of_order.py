"""Reads who an order is for from the store itself: the published copy has people masked.

What belongs here: the newest row of one order. What does not: who may see it (console/).
"""

from __future__ import annotations

from pathlib import Path

from orderhealth_pipeline import sql
from orderhealth_pipeline.store.file.connection import read_store


def read_person_of_order(store: Path, order_id: str) -> dict[str, str | None] | None:
    """Return receiver, phone, address and buyer of an order, None where there is none. Raises StoreError."""
    with read_store(store) as con:
        found = sql.read(con, "console/api/select_person_of_order", {"order_id": order_id})
    return None if found.is_empty() else found.row(0, named=True)
