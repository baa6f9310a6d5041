"""Publishes every version of the records of orders, masked, so that one order's life can be told at once.

What belongs here: which records, and how they are kept up to date. What does not: what a page makes of them.

A whole copy has the records of the orders that people look at: active ones, and those of which something
was found. From then on versions are added as they are loaded, of all orders, which reads only the end of the
feeds.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract, feed_contracts
from orderhealth_pipeline.report.words.masking import names_nobody

_UPDATED: Final = "updated_at"
_KEYS: Final = (
    ("wms_shipments", "waybill", "waybill_no"),
    ("storefront_orders", "buyer", "buyer_id"),
    (
        "storefront_orders",
        "phone",
        r"nullif(regexp_extract(regexp_replace(phone, '[^0-9]', '', 'g'), '.{4}$'), '')",
    ),
)
"""By what orders are looked for besides their ids: the feed, what it is called, and its column."""
_LAST: Final = ("delivered_at", "closed_at", "outbound_at", "shipped_at", "paid_at", "printed_at")


def copy_records(con: duckdb.DuckDBPyConnection) -> None:
    """Copy the records of all orders that are looked at."""
    sql.run(con, "store/records/create_records")
    sql.run(con, "store/records/create_search_keys")
    if sql.run(con, "store/records/select_new_feeds", {"after": 0}):
        sql.run(con, "store/records/find_looked_at_orders")
        _insert(con, after=0, only_looked_at=True)


def published_load(con: duckdb.DuckDBPyConnection) -> int:
    """Return the newest load that the snapshot knows of."""
    ((load,),) = sql.run(con, "store/records/select_published_load")
    return int(load)


def add_records(con: duckdb.DuckDBPyConnection, *, after: int, published: int) -> None:
    """Add the versions that were loaded after a load, and the orders that have come since an evaluation."""
    _insert(con, after=after, only_looked_at=False)
    sql.run(con, "store/records/find_orders_without_records", {"published": published})
    ((orders,),) = sql.run(con, "store/records/count_looked_at_orders")
    if orders:
        _insert(con, after=0, only_looked_at=True)


def _insert(con: duckdb.DuckDBPyConnection, *, after: int, only_looked_at: bool) -> None:
    loaded: dict[str, bool] = dict(sql.run(con, "store/records/select_new_feeds", {"after": after}))
    new = {feed for feed, is_new in loaded.items() if is_new}
    for feed, contract in feed_contracts().items():
        columns = _names(contract, loaded) if feed in loaded else None
        if columns is not None and new & {feed, columns["through"]}:
            sql.run(
                con,
                "store/records/insert_records",
                {"after": after},
                feed=feed,
                only_looked_at=only_looked_at,
                **columns,
            )
    sources = [key for key in _KEYS if key[0] in new]
    if sources:
        values = {"after": after}
        sql.run(
            con, "store/records/insert_search_keys", values, sources=sources, only_looked_at=only_looked_at
        )


def _names(contract: FeedContract, loaded: Container[str]) -> dict[str, Any] | None:
    """Name the columns of a feed by what becomes of them; null for one whose records are no order's."""
    belongs, columns = contract.belongs_to, contract.columns
    names_order = "order_id" in columns
    if belongs is None or belongs.by == "buyer_id":
        return None
    through = belongs.through if belongs.through in loaded else None
    if through is None and not names_order:
        return None
    hidden = [name for name, column in columns.items() if column.type == "text" and not names_nobody(name)]
    true_since = [_UPDATED, contract.occurs_at, *_LAST]
    return {
        "key": contract.key,
        "by": belongs.by,
        "through": through,
        "names_order": names_order,
        "shown": [name for name in columns if name not in hidden],
        "hidden": hidden,
        "true_since": [name for name in true_since if name in columns],
    }
