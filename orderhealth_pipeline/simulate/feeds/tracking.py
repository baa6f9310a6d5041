"""What the carriers report.

What belongs here: the `tms_events` feed. What does not: the waybill numbers, which the warehouse gives out.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orderhealth_pipeline.simulate.feeds.columns import instants, nullable, order_ids, sorted_feed
from orderhealth_pipeline.simulate.feeds.fulfilment import Parcels, waybills
from orderhealth_pipeline.simulate.plan import DAY, NEVER, Indices, Instants, Milestone, Plan, scatter
from orderhealth_pipeline.simulate.vocabulary import operations, pick

ARCHIVED_DAYS_AFTER_DELIVERY = 7
ONE_EXCEPTION_IN = 40
RECYCLED_AFTER_DAYS = 730


def tms_events(plan: Plan, parcels: Parcels, carrier: Indices) -> pl.DataFrame:
    """One row per waybill, instant and status; parcels delivered over a week ago show the delivery alone."""
    statuses = list(operations().scans)
    events = _events(plan, parcels)
    parcel = np.concatenate([np.flatnonzero(begins <= plan.as_of) for _, begins in events])
    status = np.concatenate(
        [np.full((begins <= plan.as_of).sum(), statuses.index(word)) for word, begins in events]
    )
    at = np.concatenate([begins[begins <= plan.as_of] for _, begins in events])
    rows = parcels.rows[parcel]
    hubs = operations().hubs
    tells = np.array([entry.tells_order_id for entry in operations().carriers])
    columns = {
        "waybill_no": waybills(plan, parcels, carrier).gather(pl.Series(parcel)),
        "order_id": nullable(order_ids(rows), tells[carrier[rows]] & (at >= plan.at(Milestone.PLACED)[rows])),
        "event_at": instants(at, plan.as_of),
        "status": pick(statuses, status),
        "location": pick(hubs, scatter(rows, 10**9) + status),
        "detail": pick(operations().scans.values(), status),
    }
    return sorted_feed(columns, ["event_at", "waybill_no", "status"]).filter(
        pl.col("waybill_no").is_not_null()
    )


def _events(plan: Plan, parcels: Parcels) -> list[tuple[str, Instants]]:
    """Every kind of event and when it comes to each parcel."""
    troubled = scatter(parcels.rows, 10**9) % ONE_EXCEPTION_IN == 0
    transit = {
        hop: parcels.at(plan, hop) for hop in (Milestone.TRANSIT_1, Milestone.TRANSIT_2, Milestone.TRANSIT_3)
    }
    delivered = parcels.at(plan, Milestone.DELIVERED)
    scans = [
        ("picked_up", parcels.at(plan, Milestone.PICKED_UP)),
        ("in_transit", transit[Milestone.TRANSIT_1]),
        # Everyday trouble is over with the next scan; what stays in trouble is a situation of its own.
        ("exception", np.where(troubled, transit[Milestone.TRANSIT_2] - 1, NEVER)),
        ("in_transit", transit[Milestone.TRANSIT_2]),
        ("in_transit", transit[Milestone.TRANSIT_3]),
        ("out_for_delivery", parcels.at(plan, Milestone.OUT_FOR_DELIVERY)),
        *(
            (word, plan.moments[word][parcels.rows])
            for word in ("registered", "returning", "returned", "lost")
        ),
    ]
    archived = delivered < plan.as_of - ARCHIVED_DAYS_AFTER_DELIVERY * DAY
    own = [*((word, np.where(archived, NEVER, begins)) for word, begins in scans), ("delivered", delivered)]
    voided = parcels.voided(plan)
    return [
        *((word, np.where(voided, NEVER, begins)) for word, begins in own),
        *_of_earlier_parcels(plan, parcels),
    ]


def _of_earlier_parcels(plan: Plan, parcels: Parcels) -> list[tuple[str, Instants]]:
    """What became, long before, of another parcel with the same number: carriers use them again."""
    earlier = parcels.at(plan, Milestone.PRINTED) - RECYCLED_AFTER_DAYS * DAY
    begins = np.where(plan.flags["waybill_recycled"][parcels.rows], earlier, NEVER)
    return [("picked_up", begins), ("delivered", np.where(begins == NEVER, NEVER, begins + 2 * DAY))]
