"""What another engine than this process does of a full evaluation, as the evaluation sees it.

What belongs here: the calls. What does not: an engine (spark/), and what they compute (orders/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

from orderhealth_pipeline.frames import FeatureRequest, VisibleFeeds

if TYPE_CHECKING:
    from orderhealth_pipeline.orders.order_fact import HitCondition
    from orderhealth_pipeline.pipeline.written.export_feeds import ExportedFeed


class Engine(Protocol):
    """Applies the functions of order_fact to groups of orders, wherever it does that.

    What it gives is what these functions give of everything at once; rows are in no order.
    """

    @property
    def folder(self) -> Path:
        """The folder for what both sides read; everybody who computes for the engine sees it."""

    def milestones(self, feeds: VisibleFeeds, exported: Mapping[str, ExportedFeed]) -> Iterator[pl.DataFrame]:
        """Build the milestones of all orders of exported feeds, in parts; `feeds` has empty frames."""

    def add_features(
        self,
        feeds: VisibleFeeds,
        fact: pl.DataFrame,
        priced: Mapping[FeatureRequest, pl.DataFrame],
        requests: Sequence[FeatureRequest],
        hit_orders: Mapping[str, HitCondition],
        neighbours: pl.DataFrame,
    ) -> pl.DataFrame:
        """Add the features to milestones, as `order_fact.add_features` does."""
