"""Writes the feeds of a shop with many orders over many months: what one simulation cannot hold.

What belongs here: making a long history out of two simulations. What does not: measuring anything.

The newest part is the eve of a promotion. Every older part is one calm month of which only the orders
that are over are kept, moved back 30 days further each time, with numbers of its own. Four of ten buyers and
their addresses are those of every other part; the others order in one part only.

    .venv/bin/python -m benchmarks.shared.history --orders 10000000 --out history
"""

from __future__ import annotations

import argparse
import math
from datetime import timedelta
from pathlib import Path

import polars as pl

from orderhealth_pipeline.simulate.simulation import simulate

ORDERS_A_PART = 1_000_000
MONTH = timedelta(days=30)
SHARE_UNFINISHED = 0.35
"""More than the orders of a calm month that are still under way at its end."""

RECURRING_OF_TEN = 4
QUARTERS = "东西南北上下前后新老"
"""Stand before the road of a buyer who orders in one part only, so that the address is new too."""

NUMBERS = ("order_id", "payment_id", "erp_id", "shipment_id", "waybill_no", "ticket_id", "return_id")
OVER = ("completed", "cancelled", "closed")

Feeds = dict[str, pl.DataFrame]


def main() -> None:
    """Write the feeds as Parquet, a file a feed and part."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, required=True)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--out", type=Path, required=True)
    asked = arguments.parse_args()
    print(f"as of {write_history(asked.orders, asked.seed, asked.out)}")


def write_history(orders: int, seed: int, out: Path) -> str:
    """Write `<feed>_<day of the part>.parquet` into `out`; gives the instant of the newest part (ISO 8601).

    The number of orders is rounded up to whole parts.
    """
    newest = simulate("promo_eve", ORDERS_A_PART, seed)
    _write(newest.feeds, out, 0, newest.as_of.date().isoformat())
    older_parts = math.ceil(orders / ORDERS_A_PART) - 1
    if older_parts:
        as_of = newest.as_of - MONTH
        simulated = math.ceil(ORDERS_A_PART / (1 - SHARE_UNFINISHED))
        month = _finished(simulate("calm", simulated, seed + 1, as_of).feeds, ORDERS_A_PART)
        for part in range(1, older_parts + 1):
            back = MONTH * (part - 1)
            _write(_moved(month, back, part), out, part, (as_of - back).date().isoformat())
    return newest.as_of.isoformat()


def _finished(feeds: Feeds, orders: int) -> Feeds:
    """Keep so many orders about which nobody does anything any more, and what belongs to them."""
    waiting = feeds["feedback"].filter(pl.col("closed_at").is_null()).select("order_id")
    kept = (
        feeds["storefront_orders"]
        .filter(pl.col("status").is_in(OVER))
        .unique("order_id")
        .join(waiting, on="order_id", how="anti")
        .sort("order_id")
        .head(orders)
        .select("order_id", "buyer_id")
    )
    if kept.height < orders:
        raise ValueError(f"only {kept.height} of {orders} orders are over: raise SHARE_UNFINISHED")
    of_order = {
        name: frame.join(kept, on="order_id", how="semi")
        for name, frame in feeds.items()
        if "order_id" in frame.columns
    }
    shipments = of_order["wms_shipments"]
    of_waybill = feeds["tms_events"].join(shipments, on="waybill_no", how="semi")
    linked = feeds["tms_events"].join(kept, on="order_id", how="semi")
    return {
        **feeds,
        **of_order,
        "wms_shipment_lines": feeds["wms_shipment_lines"].join(shipments, on="shipment_id", how="semi"),
        "tms_events": pl.concat([of_waybill, linked]).unique(["waybill_no", "event_at", "status"]),
        "customers": feeds["customers"].join(kept, on="buyer_id", how="semi"),
    }


def _moved(feeds: Feeds, back: timedelta, part: int) -> Feeds:
    """Move every instant back, and give buyers who do not recur a name and an address of the part."""
    recurs = pl.col("buyer_id").str.slice(-1).cast(pl.Int8) < RECURRING_OF_TEN
    moved = {}
    for name, frame in feeds.items():
        changes = [pl.col(pl.Datetime("us", "UTC")) - back]
        if "street" in frame.columns:
            quarter = QUARTERS[part % len(QUARTERS)]
            changes.append(
                pl.when(recurs).then("street").otherwise(pl.lit(quarter) + pl.col("street")).alias("street")
            )
        if "buyer_id" in frame.columns:
            changes.append(
                pl.when(recurs)
                .then("buyer_id")
                .otherwise(pl.lit(f"B{part}") + pl.col("buyer_id"))
                .alias("buyer_id")
            )
        moved[name] = frame.with_columns(changes)
    return moved


def _write(feeds: Feeds, out: Path, part: int, day: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in feeds.items():
        numbers = [column for column in NUMBERS if column in frame.columns]
        numbered = frame.with_columns(
            pl.when(pl.col(column).is_not_null()).then(pl.lit(str(part)) + pl.col(column)).alias(column)
            for column in numbers
        )
        numbered.write_parquet(out / f"{name}_{day}.parquet")


if __name__ == "__main__":
    main()
