"""What goes wrong between the systems and the shop: a source falls silent, is late, or changes its words.

What belongs here: faults of whole feeds, and what they make true about the whole. What does not: faults of
single orders, which are situations.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import polars as pl
from pydantic import Field

from orderhealth_pipeline.yaml_files import FrozenModel

BLIND_WITHOUT_ERP = ("paid_not_in_erp", "erp_not_in_wms", "pickup_gap")
Feeds = dict[str, pl.DataFrame]


class Relabelled(FrozenModel):
    """A system writes another word for a status since some hours."""

    feed: str
    word: str
    now: str
    since_hours: int = Field(ge=1)


class Faults(FrozenModel):
    """Everything that is wrong with the feeds of a scenario; nothing by default."""

    erp_silent_minutes: int = Field(
        default=0, ge=0, description="the ERP has exported nothing for so long; it is expected more often"
    )
    late_orders_hours: int = Field(
        default=0, ge=0, description="everyday orders placed in the last hours are not exported yet"
    )
    relabelled: Relabelled | None = None

    @property
    def blind_rules(self) -> tuple[str, ...]:
        """Rules that cannot be judged: unknown is neither an anomaly nor a look-alike."""
        return BLIND_WITHOUT_ERP if self.erp_silent_minutes else ()

    @property
    def system_rules(self) -> tuple[tuple[str, str], ...]:
        """Rules on the whole system that the faults make true, with their cause."""
        orphans = (("orphan_records", "orders_exported_late"),) if self.late_orders_hours else ()
        words = (("unmapped_status", "word_relabelled"),) if self.relabelled else ()
        return orphans + words


def apply_faults(feeds: Feeds, faults: Faults, as_of: datetime, everyday: pl.Series) -> Feeds:
    """Return the feeds as the faults leave them.

    Args:
        everyday: the orders of no situation; rows of all others are never held back.
    """
    changed = dict(feeds)
    if faults.erp_silent_minutes:
        newest = as_of - timedelta(minutes=faults.erp_silent_minutes)
        changed["erp_orders"] = feeds["erp_orders"].filter(pl.col("updated_at") <= newest)
    if faults.late_orders_hours:
        newest = as_of - timedelta(hours=faults.late_orders_hours)
        is_held_back = (pl.col("placed_at") > newest) & pl.col("order_id").is_in(everyday.implode())
        changed["storefront_orders"] = feeds["storefront_orders"].filter(~is_held_back)
    if faults.relabelled:
        changed[faults.relabelled.feed] = _relabel(feeds, faults.relabelled, as_of)
    return changed


def _relabel(feeds: Mapping[str, pl.DataFrame], change: Relabelled, as_of: datetime) -> pl.DataFrame:
    since = as_of - timedelta(hours=change.since_hours)
    is_new = (pl.col("status") == change.word) & (pl.col("updated_at") > since)
    return feeds[change.feed].with_columns(
        pl.when(is_new).then(pl.lit(change.now)).otherwise("status").alias("status")
    )
