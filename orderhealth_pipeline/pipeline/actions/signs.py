"""Which actions a later record of the systems shows to have happened.

What belongs here: looking at the feeds. What does not: what counts as a sign (respond/actions/types.yml).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.respond.actions.types import ACTION_TYPES, Sign, declaration, read_types
from orderhealth_pipeline.store.registered import registered

SEEN: Final = pl.Schema({"action_id": pl.String()})
_WAYBILLS: Final = {"wms_shipments": ("order_id", "waybill_no")}


def seen_actions(known: FeedsAt, actions: pl.DataFrame) -> pl.DataFrame:
    """Return the actions that were sent, maybe, and that a record shows (SEEN)."""
    since = known.as_of - timedelta(days=read_types().watched_days)
    sent = actions.filter(
        pl.col("state").is_in(["sent", "unknown"]),
        pl.col("sent_at") > since,
        pl.col("proposed_at") < known.as_of,
    )
    if sent.is_empty():
        return pl.DataFrame(schema=SEEN)
    kinds = set(sent["type"])
    signs = [
        (kind, sign) for kind in ACTION_TYPES if kind in kinds for sign in declaration(kind).confirmed_by
    ]
    columns: dict[str, set[str]] = {}
    for _, sign in signs:
        columns.setdefault(sign.feed, {"order_id"}).update({sign.column, sign.at})
    if "tms_events" in columns:
        columns["tms_events"].add("waybill_no")
        columns.setdefault("wms_shipments", set()).update(_WAYBILLS["wms_shipments"])
    with registered(known.con, "watched_orders", sent.select("order_id").unique()):
        feeds = known.feeds_of_orders(
            {feed: tuple(sorted(names)) for feed, names in columns.items()}, "watched_orders"
        ).frames
    records = {feed: _of_orders(feed, feeds) for feed in columns}
    return pl.concat(
        [_shown(sent.filter(type=kind), records[sign.feed], sign) for kind, sign in signs]
    ).unique()


def _of_orders(feed: str, feeds: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the records of a feed by order; an event of a waybill without one belongs to its shipment's."""
    frame = feeds[feed]
    if feed != "tms_events":
        return frame
    shipped = feeds["wms_shipments"].select("waybill_no", shipped_order="order_id").drop_nulls().unique()
    joined = frame.join(shipped, on="waybill_no", how="left")
    return joined.with_columns(order_id=pl.coalesce("order_id", "shipped_order"))


def _shown(actions: pl.DataFrame, records: pl.DataFrame, sign: Sign) -> pl.DataFrame:
    value = pl.col(sign.column)
    # A system's clock may know no more than seconds.
    is_later = (pl.col(sign.at) >= pl.col("proposed_at").dt.truncate("1s")).fill_null(value=True)
    is_shown = value.is_not_null()
    if sign.is_one_of:
        is_shown = value.is_in(sign.is_one_of)
    if sign.is_not_one_of:
        is_shown = ~value.is_in(sign.is_not_one_of).any().over("action_id")
    found = actions.select("action_id", "order_id", "proposed_at").join(
        records.select("order_id", sign.column, pl.col(sign.at).alias(sign.at))
        if sign.at != sign.column
        else records.select("order_id", sign.column),
        on="order_id",
    )
    return found.filter(is_shown.fill_null(value=False) & is_later).select("action_id")
