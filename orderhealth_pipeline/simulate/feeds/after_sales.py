"""What customer service and the customer file export.

What belongs here: `feedback`, `returns`, `customers`. What does not: the money of a return (payments.py).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from orderhealth_pipeline.simulate.feeds.columns import (
    buyer_ids,
    document_ids,
    instants,
    latest_status,
    money,
    order_ids,
    sorted_feed,
)
from orderhealth_pipeline.simulate.goods import amounts
from orderhealth_pipeline.simulate.plan import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    RETURN_KINDS,
    Milestone,
    Plan,
    scatter,
)
from orderhealth_pipeline.simulate.vocabulary import operations, people, pick, texts, ticket_kinds

PARTLY_REFUNDED_PERCENT = 40
UNKNOWN_CUSTOMER_SHARE = 0.02


def feedback(plan: Plan, rng: np.random.Generator) -> pl.DataFrame:
    """One row per ticket."""
    rows = np.flatnonzero(plan.befell("ticket_opened"))
    kind = plan.ticket_kind[rows]
    lines_of = texts().tickets
    most = max(len(lines) for lines in lines_of.values())
    table = [lines[number % len(lines)] for lines in lines_of.values() for number in range(most)]
    columns = {
        "ticket_id": document_ids("F", rows),
        "order_id": order_ids(rows),
        "opened_at": instants(plan.moments["ticket_opened"][rows], plan.as_of),
        "kind": pick(ticket_kinds(), kind),
        "text": pick(table, kind.astype(np.int64) * most + rng.integers(0, most, len(rows))),
        "closed_at": instants(plan.moments["ticket_closed"][rows], plan.as_of),
    }
    return sorted_feed(columns, ["opened_at", "ticket_id"])


def returns(plan: Plan, rng: np.random.Generator) -> pl.DataFrame:
    """One row per return that was asked for; the amount is what the buyer wants back."""
    rows = np.flatnonzero(plan.befell("return_requested"))
    requested = plan.moments["return_requested"][rows]
    settled = np.minimum(plan.moments["refunded"][rows], plan.moments["partly_refunded"][rows])
    refused = plan.flags["refund_refused"][rows]
    status, updated = latest_status(
        [
            ("requested", requested),
            ("approved", np.where(refused, NEVER, requested + 40 * MINUTE)),
            ("rejected", np.where(refused, requested + 10 * MINUTE, NEVER)),
            ("completed", settled),
        ],
        plan.as_of,
    )
    fen = amounts(plan)[rows]
    in_part = plan.return_kind[rows] == RETURN_KINDS.index("refund_only")
    columns = {
        "return_id": document_ids("R", rows),
        "order_id": order_ids(rows),
        "requested_at": instants(requested, plan.as_of),
        "kind": pick(RETURN_KINDS, plan.return_kind[rows]),
        "amount": money(np.where(in_part, fen * PARTLY_REFUNDED_PERCENT // 100, fen)),
        "reason": pick(operations().return_reasons, rng.integers(0, 1000, len(rows))),
        "status": pl.Series(status),
        "updated_at": instants(updated, plan.as_of),
    }
    return sorted_feed(columns, ["requested_at", "return_id"])


def customers(plan: Plan, rng: np.random.Generator) -> pl.DataFrame:
    """One row per buyer the customer file knows; some buyers it does not."""
    order = np.lexsort((plan.at(Milestone.PLACED), plan.buyer))
    buyers, first = np.unique(plan.buyer[order], return_index=True)
    first_order = plan.at(Milestone.PLACED)[order][first]
    known = np.flatnonzero(rng.random(len(buyers)) >= UNKNOWN_CUSTOMER_SHARE)
    mixed = scatter(buyers[known], 10**9)
    born = pl.Series((mixed % 14_000).astype(np.int64)).cast(pl.Duration("ms")) * DAY * 1000 + date(
        1968, 1, 1
    )
    registered = first_order[known] - MINUTE - mixed % (900 * DAY) // HOUR * HOUR
    columns = {
        "buyer_id": buyer_ids(buyers[known]),
        "vip_level": pick(people().vip_levels, mixed // 7),
        "birthday": born,
        "registered_at": instants(registered, NEVER - 1),
    }
    return sorted_feed(columns, ["registered_at", "buyer_id"])
