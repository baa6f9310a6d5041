"""Carrier events → what is known of every waybill, for the order it was stuck on.

What belongs here: scans, deliveries and what undoes them. What does not: which waybills belong to which
orders (parcels.py). Carriers use their numbers again, so what a waybill says depends on the order.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT

SCANS: Final = (
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "exception",
    "returning",
    "returned",
    "lost",
)
"""Events that prove a parcel. `registered` is a label without one, and an unknown word proves nothing."""

_RANKS: Final = {word: rank for rank, word in enumerate(sorted(SCANS))}
"""Of scans at one instant the last in the alphabet counts, as of events."""

_UNDOING: Final = ("returning", "returned")
"""A parcel on its way back is not delivered, whatever was said before."""

_STATUS: Final = pl.col("status")
_EVENT_AT: Final = pl.col("event_at")


def known_of_waybills(pairs: pl.LazyFrame, events: pl.DataFrame) -> pl.LazyFrame:
    """Add to pairs of an order and a waybill what the carrier says of it.

    `pairs` has waybill_no (null: nothing is known) and placed_at of the order; events before that belong to
    another parcel with the same number. Adds, UTC and null where there is no such event: first_scan_at,
    last_scan_at and last_scan_status; delivered_at, the first delivery that no `returning` or `returned`
    followed; last_event_at and last_status, of the newest event; and is_returned, is_lost.
    """
    told = pairs.join(_summed_up(events.lazy(), "waybill_no"), on="waybill_no", how="left").with_columns(
        is_odd=(pl.col("first_event_at") < pl.col("placed_at"))
        | (pl.col("delivered_at") < pl.col("undone_at")).fill_null(value=False)
    )
    told = told.collect().lazy()
    plain = told.filter(~pl.col("is_odd").fill_null(value=False))
    odd = told.filter("is_odd").select(pairs.collect_schema().names())
    return pl.concat([plain.drop("is_odd"), _looked_at_closely(odd, events.lazy())], how="diagonal").drop(
        "first_event_at", "undone_at"
    )


def _summed_up(events: pl.LazyFrame, *keys: str) -> pl.LazyFrame:
    return (
        events.with_columns(
            scan=_EVENT_AT.to_physical() * len(_RANKS)
            + _STATUS.replace_strict(_RANKS, default=None, return_dtype=pl.Int64),
            delivered_at=pl.when(_STATUS == "delivered").then("event_at"),
            undone_at=pl.when(_STATUS.is_in(_UNDOING)).then("event_at"),
            is_returned=_STATUS == "returned",
            is_lost=_STATUS == "lost",
        )
        .group_by(*keys)
        .agg(
            first_event_at=_EVENT_AT.min(),
            first_scan=pl.col("scan").min(),
            last_scan=pl.col("scan").max(),
            delivered_at=pl.col("delivered_at").min(),
            undone_at=pl.col("undone_at").max(),
            is_returned=pl.col("is_returned").any(),
            is_lost=pl.col("is_lost").any(),
            last_event_at=_EVENT_AT.max(),
            last_status=_STATUS.sort_by("event_at", "status").last(),
        )
        .with_columns(
            first_scan_at=_scanned_at("first_scan"),
            last_scan_at=_scanned_at("last_scan"),
            last_scan_status=(pl.col("last_scan") % len(_RANKS)).replace_strict(
                {rank: word for word, rank in _RANKS.items()}, default=None, return_dtype=pl.String
            ),
        )
        .drop("first_scan", "last_scan")
    )


def _scanned_at(scan: str) -> pl.Expr:
    """Return the instant of a scan, which is one number with its status: so the last one has both."""
    return (pl.col(scan) // len(_RANKS)).cast(INSTANT)


def _looked_at_closely(odd: pl.LazyFrame, events: pl.LazyFrame) -> pl.LazyFrame:
    """Do the same event by event for the few pairs with events of another parcel, or deliveries undone."""
    keys = ("waybill_no", "placed_at")
    own = (
        odd.select(keys)
        .unique()
        .join(events.select("waybill_no", "event_at", "status"), on="waybill_no")
        .filter(pl.col("placed_at") <= _EVENT_AT)
    )
    undone_at = pl.when(_STATUS.is_in(_UNDOING)).then("event_at").max().over(keys)
    stands = (undone_at.is_null() | (undone_at <= _EVENT_AT)) | (_STATUS != "delivered")
    delivered = own.filter(stands, _STATUS == "delivered").group_by(keys).agg(delivered_at=_EVENT_AT.min())
    summed = _summed_up(own, *keys).drop("delivered_at").join(delivered, on=keys, how="left")
    return odd.join(summed, on=keys, how="left")
