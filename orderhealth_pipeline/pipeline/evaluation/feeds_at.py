"""What the store knows at one instant: the feeds as they counted then, of some of the orders.

What belongs here: reading feeds for the stages of an evaluation. What does not: evaluating.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

import duckdb
import polars as pl

from orderhealth_pipeline.frames import FeatureRequest, FeedState, VisibleFeeds
from orderhealth_pipeline.orders.inputs import COLUMNS_OF_LINES, COLUMNS_OF_STOCK
from orderhealth_pipeline.orders.money.prices import placed_lines
from orderhealth_pipeline.orders.order_fact import Sold, sold_lately, stock_features
from orderhealth_pipeline.orders.stock import ORDER_COLUMNS, Stock, departures, latest_counts
from orderhealth_pipeline.pipeline.evaluation.reach import Reach, reach_of
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.store import working
from orderhealth_pipeline.store.registered import registered
from orderhealth_pipeline.store.rows.chunks import Chunk
from orderhealth_pipeline.store.rows.slices import slices_of_orders
from orderhealth_pipeline.store.rows.stock_slices import slices_of_stock
from orderhealth_pipeline.store.rows.visible import rows_at, visible_frames

Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FeedsAt:
    """A store and the instant it is asked for; `states` and `provided` tell of the feeds as they are then."""

    con: duckdb.DuckDBPyConnection
    plan: RunPlan
    as_of: datetime
    states: Mapping[str, FeedState]
    provided: Mapping[str, frozenset[str]]

    @cached_property
    def reach(self) -> Reach:
        """How far the features look that are asked for."""
        return reach_of(self.plan.catalogue.requests())

    def feeds_of_orders(self, columns: Columns, orders: str) -> VisibleFeeds:
        """Read columns of some feeds, of the orders in a temporary table."""
        contracts = self.plan.contracts
        loaded = [feed for feed in columns if feed in self.provided]
        slices = slices_of_orders(self.con, contracts, orders, loaded)
        frames = visible_frames(self.con, contracts, columns, self.as_of, slices)
        return VisibleFeeds(self.as_of, frames, self.states, self.provided)

    def feeds_of_chunk(self, columns: Columns, chunk: Chunk) -> VisibleFeeds:
        """Read columns of some feeds, of the orders of a chunk."""
        frames = rows_at(self.con, self.plan.contracts, columns, self.as_of, chunk)
        return VisibleFeeds(self.as_of, frames, self.states, self.provided)

    @cached_property
    def stocked(self) -> dict[FeatureRequest, pl.DataFrame]:
        """The features of stock of all orders, once their milestones are those of the instant."""
        return stock_features(self._stock, self.plan.catalogue.order_requests())

    def _stock(self) -> Stock:
        con, contracts = self.con, self.plan.contracts
        orders = working.find_wanting_orders(con, ORDER_COLUMNS)
        lines = self.feeds_of_orders(COLUMNS_OF_LINES, "wanting_orders")["storefront_order_lines"]
        slices = slices_of_stock(con, lines["sku"].unique(), self.as_of, self.provided)
        frames = visible_frames(con, contracts, COLUMNS_OF_STOCK, self.as_of, slices)
        return Stock(
            as_of=self.as_of,
            orders=orders,
            lines=lines,
            counts=latest_counts(frames["wms_stock"]),
            departures=departures(frames["wms_shipments"], frames["wms_shipment_lines"]),
        )

    def recent_lines(self) -> pl.DataFrame:
        """Read the placed lines of all orders of the longest window."""
        recent = working.find_recently_placed(self.con, self.as_of - self.reach.longest_price_window)
        return placed_lines(self.feeds_of_orders(COLUMNS_OF_LINES, "recently_placed"), recent).collect()

    def sold_lately(self) -> Sold:
        """Sum up what prices are compared with, of the placed lines."""
        sold_since = partial(working.read_sold_lines, self.con)
        return sold_lately(sold_since, self.as_of, self.plan.catalogue.requests())

    def recent_lines_of(self, orders: pl.DataFrame) -> pl.DataFrame:
        """Read the placed lines of those of some orders (order_id, placed_at, is_active) in that window."""
        recent = orders.filter(pl.col("placed_at") >= self.as_of - self.reach.longest_price_window)
        with registered(self.con, "recently_placed_here", recent.select("order_id")):
            feeds = self.feeds_of_orders(COLUMNS_OF_LINES, "recently_placed_here")
        return placed_lines(feeds, recent).collect()
