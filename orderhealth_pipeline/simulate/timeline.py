"""The undisturbed life of an order: how long each step takes when nothing goes wrong.

What belongs here: the gaps between milestones. Their upper bounds are what keeps everyday orders free of hits
(ERP within 10 minutes, outbound under 4 hours, never 24 hours without a scan), so they stand here together.
What does not: anything that goes wrong or differs from order to order by chance other than these gaps.
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.arrivals import between
from orderhealth_pipeline.simulate.plan import DAY, HOUR, MINUTE, Instants, Milestone, Plan
from orderhealth_pipeline.simulate.scenarios import Scenario

LONGEST_INNOCENT_GAP = 23.9 * HOUR
SHORTEST_LIFE_HOURS = 36
"""No order is completed sooner than this; situations that need active orders are placed more recently."""

_PLAIN_STEPS = {
    Milestone.PAID: (20, 9 * MINUTE),
    Milestone.SYNCED: (MINUTE, 8 * MINUTE),
    Milestone.RECEIVED: (2 * MINUTE, 15 * MINUTE),
    Milestone.PRINTED: (20 * MINUTE, 6 * HOUR),
    Milestone.OUTBOUND: (20 * MINUTE, 3 * HOUR + 50 * MINUTE),
    Milestone.ERP_SHIPPED: (MINUTE, 10 * MINUTE),
    Milestone.PICKED_UP: (20 * MINUTE, 5 * HOUR),
    Milestone.TRANSIT_1: (6 * HOUR, 14 * HOUR),
    Milestone.TRANSIT_2: (5 * HOUR, 14 * HOUR),
    Milestone.TRANSIT_3: (5 * HOUR, 14 * HOUR),
    Milestone.OUT_FOR_DELIVERY: (4 * HOUR, 12 * HOUR),
    Milestone.DELIVERED: (HOUR, 10 * HOUR),
}
_SKIPPED_SHARES = {Milestone.TRANSIT_2: 0.45, Milestone.TRANSIT_3: 0.8}
_HOPS = (Milestone.TRANSIT_1, Milestone.TRANSIT_2, Milestone.TRANSIT_3)


def live(plan: Plan, placed: Instants, scenario: Scenario, rng: np.random.Generator) -> None:
    """Return every order a whole life from `placed` to completion, as if nothing ever went wrong."""
    plan.life[Milestone.PLACED] = placed
    now = placed.copy()
    for milestone, (shortest, longest) in _PLAIN_STEPS.items():
        step = between(rng, shortest, longest, plan.orders)
        if milestone in _HOPS:
            weekend = rng.random(plan.orders) < scenario.background.weekend_gap_share
            step = np.where(weekend, between(rng, 20 * HOUR, LONGEST_INNOCENT_GAP, plan.orders), step)
        if milestone in _SKIPPED_SHARES:
            taken = rng.random(plan.orders) >= _SKIPPED_SHARES[milestone]
            now = np.where(taken, now + step, now)
            plan.life[milestone] = np.where(taken, now, plan.life[milestone])
        else:
            # The parcel leaves and the ERP hears of it; the carrier's clock runs from leaving.
            start = plan.at(Milestone.OUTBOUND) if milestone is Milestone.PICKED_UP else now
            now = start + step
            plan.life[milestone] = now
    shortest_wait, longest_wait = scenario.days_until_completed
    wait = between(rng, shortest_wait * DAY, longest_wait * DAY, plan.orders)
    plan.life[Milestone.COMPLETED] = plan.at(Milestone.DELIVERED) + wait
