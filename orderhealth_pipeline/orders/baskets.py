"""Order lines → the basket of every order, as one text that is equal for equal baskets."""

from __future__ import annotations

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds


def baskets(feeds: VisibleFeeds, orders: pl.DataFrame) -> pl.LazyFrame:
    """One row per order with lines; `basket` lists its SKUs and their summed quantities in a fixed order.

    Only for buyers who have several orders: the basket of a buyer's only order is compared with nothing.
    """
    several = orders.lazy().filter(pl.len().over("buyer_id") > 1).select("order_id")
    return (
        feeds["storefront_order_lines"]
        .lazy()
        .join(several, on="order_id", how="semi")
        .group_by("order_id", "sku")
        .agg(pl.col("quantity").sum())
        .select("order_id", "sku", item=pl.col("sku") + "\x1f" + pl.col("quantity").cast(pl.String))
        .group_by("order_id")
        .agg(basket=pl.col("item").sort().str.join("\x1e"))
    )
