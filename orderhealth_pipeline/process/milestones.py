"""The steps of an order in the order in which they should come, and the instants at which they are reached.

What belongs here: their names, and what is read of an order. What does not: measuring them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final

from orderhealth_pipeline.declared.order_columns import milestone_columns
from orderhealth_pipeline.words import FUNNEL_STEPS

STEPS: Final[Mapping[str, str]] = {step: milestone_columns()[step] for step in FUNNEL_STEPS}
"""The steps of the funnel and the milestones that say when an order reached them."""

FEED_OF: Final[Mapping[str, str]] = {
    "placed": "storefront_orders",
    "paid": "payments",
    "in_erp": "erp_orders",
    "printed": "wms_shipments",
    "outbound": "wms_shipments",
    "picked_up": "tms_events",
    "delivered": "tms_events",
}
"""The feed that tells of a step. Without it the step is no part of the process: nobody waits for it."""

LOOKS_BACK: Final = timedelta(days=7)
"""How far steps and ways are looked at: a week has every day of the week once."""

PLACES: Final[Mapping[str, int]] = {"shop": 0, "warehouse": 3, "carrier": 3}
"""The places that the process is told apart by, each with the number of the first step at which it is known:
an order that waits to be printed has no warehouse and no carrier yet."""

MILESTONES: Final = (*STEPS.values(), "is_active", "was_ever_paid", "storefront_updated_at", *PLACES)
"""What is read of an order. Of an order that is closed the storefront's row says when it left the process."""


def known_steps(feeds: Collection[str]) -> list[str]:
    """Return the steps of which a loaded feed tells."""
    return [step for step, feed in FEED_OF.items() if feed in feeds]
