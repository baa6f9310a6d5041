"""Everyday variety among the orders that nothing is wrong with.

What belongs here: buyers who come back, masked recipients, unpaid and withdrawn orders, tickets and returns,
second parcels, payments in two parts. Every choice is bounded so that no rule can hit such an order: a buyer
has at most three orders, hours apart, and at most two returns; no parcel is reported missing. What does not:
anything a rule looks for.
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.arrivals import NEWEST_AGE, between
from orderhealth_pipeline.simulate.plan import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    RETURN_KINDS,
    Instants,
    Milestone,
    Phone,
    Plan,
    Rows,
    Street,
)
from orderhealth_pipeline.simulate.scenarios import Background
from orderhealth_pipeline.simulate.vocabulary import choose, ticket_kinds

LATEST_ORDERS = 7
PAYMENT_TIMEOUT = 30 * MINUTE
HOURS_BETWEEN_REPEATS = 2
CHINESE_NUMERAL_SHARE = 0.04
FORGOTTEN_TICKET_SHARE = 0.05

_PHONE_SHARES = {Phone.MOBILE: 0.86, Phone.COUNTRY_CODE: 0.05, Phone.LANDLINE: 0.03, Phone.PRIVACY: 0.06}
_BEFORE_DELIVERY = ("urge", "address_change", "other")
_AFTER_DELIVERY = ("damaged", "wrong_item", "missing_item", "late", "other")


def write_everyday_variety(plan: Plan, rng: np.random.Generator, shares: Background) -> None:
    """What every order may have, those of situations too: a form of phone, a remark, several versions."""
    plan.phone[:] = np.array(list(_PHONE_SHARES))[choose(_PHONE_SHARES, rng, plan.orders)]
    plan.street[:] = np.where(
        rng.random(plan.orders) < CHINESE_NUMERAL_SHARE, Street.CHINESE_NUMERAL, Street.DOOR
    )
    plan.flags["remark"][:] = rng.random(plan.orders) < shares.remark_share
    plan.flags["several_versions"][:] = rng.random(plan.orders) < shares.several_versions_share


def shape_background(plan: Plan, rows: Rows, shares: Background, rng: np.random.Generator) -> None:
    """Shape the orders of no situation, in place."""
    may_return = _repeat_buyers(plan, rows, shares.repeat_buyer_share, rng)
    masked = _some(rows, shares.masked_share, rng)
    plan.flags["masked"][masked] = True
    plan.phone[masked] = Phone.MASKED
    plan.parcels[_some(rows, shares.two_parcels_share, rng)] = 2
    plan.flags["split_payment"][_some(rows, shares.split_payment_share, rng)] = True
    plan.flags["failed_attempt"][_some(rows, shares.failed_attempt_share, rng)] = True
    registered = _some(rows, shares.registered_share, rng)
    plan.moments["registered"][registered] = plan.at(Milestone.PRINTED)[registered] + MINUTE
    late = _some(rows, shares.ticket_share, rng)
    early = np.setdiff1d(_some(rows, shares.ticket_share, rng), late)
    _tickets(plan, early, _BEFORE_DELIVERY, plan.at(Milestone.PAID), rng)
    _tickets(plan, late, _AFTER_DELIVERY, plan.at(Milestone.DELIVERED), rng)
    _returns(plan, _some(may_return, shares.return_share, rng), rng)
    _never_paid(plan, _some(rows, shares.never_paid_share, rng), rng)
    _withdrawn(plan, _some(rows, shares.withdrawn_share, rng), rng)


def shape_latest(plan: Plan, rows: Rows) -> None:
    """Let every source speak seconds before `as_of`, so that the feeds' latest instant is almost `as_of`."""
    now = plan.as_of
    steps = (Milestone.PLACED, Milestone.PAID, Milestone.SYNCED, Milestone.PRINTED, Milestone.PICKED_UP)
    for age, (row, milestone) in enumerate(zip(rows, steps, strict=False), start=NEWEST_AGE - 1):
        plan.move(row[None], milestone, now - age)
        plan.cut(row[None], Milestone(milestone + 1))
    asking, returning = rows[5:6], rows[6:7]
    plan.move(rows[5:7], Milestone.DELIVERED, now - 2 * DAY)
    plan.ticket_kind[asking] = ticket_kinds().index("other")
    plan.moments["ticket_opened"][asking] = now - 7
    plan.moments["return_requested"][returning] = now - 8


def _some(rows: Rows, share: float, rng: np.random.Generator) -> Rows:
    return rows[rng.random(len(rows)) < share]


def _repeat_buyers(plan: Plan, rows: Rows, share: float, rng: np.random.Generator) -> Rows:
    """Give some orders another one's buyer and address; returns rows of which a buyer has at most two."""
    shuffled = rng.permutation(rows)
    repeats = round(share * len(rows))
    second, third = shuffled[: repeats * 2 // 3], shuffled[repeats * 2 // 3 : repeats]
    owners = shuffled[repeats:]
    for again in (second, third):
        plan.buyer[again] = rng.permutation(owners)[: len(again)]
    placed = plan.at(Milestone.PLACED)
    order = rows[np.lexsort((placed[rows], plan.buyer[rows]))]
    close = (np.diff(plan.buyer[order]) == 0) & (np.diff(placed[order]) < HOURS_BETWEEN_REPEATS * HOUR)
    separate = np.concatenate([order[1:][close], order[:-1][close]])
    plan.buyer[separate] = separate
    plan.address[rows] = plan.buyer[rows]
    return np.sort(np.concatenate([owners, second]))


def _tickets(
    plan: Plan, rows: Rows, words: tuple[str, ...], since: Instants, rng: np.random.Generator
) -> None:
    """Ask or complain hours after `since`; few tickets are forgotten, the others are closed in hours."""
    kinds = np.array([ticket_kinds().index(word) for word in words])
    plan.ticket_kind[rows] = kinds[rng.integers(0, len(words), len(rows))]
    opened = since[rows] + between(rng, 6 * HOUR, 30 * HOUR, len(rows))
    forgotten = rng.random(len(rows)) < FORGOTTEN_TICKET_SHARE
    closed = opened + between(rng, 20 * MINUTE, 8 * HOUR, len(rows))
    plan.moments["ticket_opened"][rows] = opened
    plan.moments["ticket_closed"][rows] = np.where(forgotten, NEVER, closed)


def _returns(plan: Plan, rows: Rows, rng: np.random.Generator) -> None:
    """Ask within days after delivery for some money, for all money against the goods, or an exchange."""
    requested = plan.at(Milestone.DELIVERED)[rows] + between(rng, 2 * HOUR, 5 * DAY, len(rows))
    settled = requested + between(rng, 2 * HOUR, 3 * DAY, len(rows))
    kind = rng.integers(0, len(RETURN_KINDS), len(rows))
    plan.return_kind[rows] = kind
    plan.moments["return_requested"][rows] = requested
    plan.moments["partly_refunded"][rows] = np.where(
        kind == RETURN_KINDS.index("refund_only"), settled, NEVER
    )
    plan.moments["refunded"][rows] = np.where(kind == RETURN_KINDS.index("return_refund"), settled, NEVER)


def _never_paid(plan: Plan, rows: Rows, rng: np.random.Generator) -> None:
    plan.cut(rows, Milestone.PAID)
    _without_after_sales(plan, rows)
    plan.moments["cancelled"][rows] = (
        plan.at(Milestone.PLACED)[rows] + PAYMENT_TIMEOUT + between(rng, 0, 60, len(rows))
    )
    plan.flags["order_closed"][_some(rows, 0.5, rng)] = True
    plan.flags["without_payment_record"][_some(rows, 0.4, rng)] = True


def _withdrawn(plan: Plan, rows: Rows, rng: np.random.Generator) -> None:
    """Paid, then withdrawn by the buyer before the warehouse printed anything."""
    rows = rows[plan.at(Milestone.PAID)[rows] < NEVER]
    cancelled = plan.at(Milestone.RECEIVED)[rows] + between(rng, 10 * MINUTE, 10 * HOUR, len(rows))
    plan.cut(rows, Milestone.PRINTED)
    _without_after_sales(plan, rows)
    plan.moments["cancelled"][rows] = cancelled
    plan.moments["refunded"][rows] = cancelled + between(rng, 1 * MINUTE, 30 * MINUTE, len(rows))


def _without_after_sales(plan: Plan, rows: Rows) -> None:
    for moment in (
        "registered",
        "ticket_opened",
        "ticket_closed",
        "return_requested",
        "partly_refunded",
        "refunded",
    ):
        plan.moments[moment][rows] = NEVER
