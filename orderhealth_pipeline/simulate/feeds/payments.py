"""What the payment channels export.

What belongs here: the `payments` feed. What does not: refunds of goods that came back (after_sales.py shows
the return, this feed that the money went).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from orderhealth_pipeline.simulate.feeds.columns import document_ids, instants, money, order_ids, sorted_feed
from orderhealth_pipeline.simulate.goods import amounts
from orderhealth_pipeline.simulate.plan import MINUTE, NEVER, Indices, Instants, Milestone, Plan, Rows
from orderhealth_pipeline.simulate.vocabulary import choose, operations, pick

DEPOSIT_PERCENT = 30
SECONDS_UNTIL_PENDING = 5
SECONDS_UNTIL_BALANCE = 12
SECONDS_UNTIL_SECOND_CHARGE = 75
CASH_ON_DELIVERY = "货到付款"


@dataclass(frozen=True)
class _Attempts:
    """Payments of one kind: which orders, which of their payments, what was paid when."""

    rows: Rows
    copy: int
    fen: Indices
    paid: Instants
    status: np.ndarray
    updated: Instants


def payments(plan: Plan, rng: np.random.Generator) -> pl.DataFrame:
    """One row per version of a payment: open, failed and closed attempts too, deposits and balances apart."""
    parts = [*_present(plan), *_earlier(plan), _failed(plan)]
    method = choose(operations().payment_methods, rng, plan.orders)
    rows = np.concatenate([part.rows for part in parts])
    copy = np.concatenate([np.full(len(part.rows), part.copy) for part in parts])
    columns = {
        "payment_id": document_ids("P", rows, copy),
        "order_id": order_ids(rows),
        "paid_at": instants(np.concatenate([part.paid for part in parts]), plan.as_of),
        "amount": money(np.concatenate([part.fen for part in parts]).astype(np.int64)),
        "method": _methods(plan, method, rows),
        "status": pl.Series(np.concatenate([part.status for part in parts])),
        "updated_at": instants(np.concatenate([part.updated for part in parts]), plan.as_of),
    }
    return sorted_feed(columns, ["updated_at", "payment_id"])


def _methods(plan: Plan, drawn: Indices, rows: Rows) -> pl.Series:
    """How each payment is made, or is to be made at the buyer's door."""
    frame = pl.DataFrame(
        {
            "drawn": pick(operations().payment_methods, drawn[rows]),
            "at_the_door": plan.flags["cash_on_delivery"][rows],
        }
    )
    return frame.select(pl.when("at_the_door").then(pl.lit(CASH_ON_DELIVERY)).otherwise("drawn")).to_series()


def _charged(plan: Plan) -> Indices:
    """What every order's payments come to, in fen: its amount, save where it is charged wrongly."""
    return amounts(plan) + plan.overpaid


def _paid_at(plan: Plan) -> Instants:
    return np.where(plan.flags["never_paid_for"], NEVER, plan.at(Milestone.PAID))


def _present(plan: Plan) -> list[_Attempts]:
    fen = _charged(plan)
    split = plan.flags["split_payment"]
    first_share = np.where(plan.flags["equal_halves"], 50, DEPOSIT_PERCENT)
    deposit = np.where(split, fen * first_share // 100, fen)
    recorded = np.flatnonzero(~plan.flags["without_payment_record"] & (_pending_since(plan) <= plan.as_of))
    balance = recorded[split[recorded]]
    balance_paid = np.where(plan.flags["balance_due"], NEVER, _paid_at(plan) + SECONDS_UNTIL_BALANCE)
    again = recorded[plan.flags["paid_twice"][recorded]]
    return [
        _attempts(plan, recorded, 1, deposit, _paid_at(plan)),
        _attempts(plan, balance, 2, fen - deposit, balance_paid),
        _attempts(plan, again, 2, fen, _paid_at(plan) + SECONDS_UNTIL_SECOND_CHARGE),
    ]


def _attempts(plan: Plan, rows: Rows, copy: int, fen: Indices, paid_at: Instants) -> _Attempts:
    paid = paid_at[rows]
    unpaid = paid > plan.as_of
    cancelled, refunded, partly = (
        plan.moments[name][rows] for name in ("cancelled", "refunded", "partly_refunded")
    )
    conditions = [
        unpaid & (cancelled <= plan.as_of),
        unpaid,
        refunded <= plan.as_of,
        partly <= plan.as_of,
    ]
    status = np.select(conditions, ["closed", "pending", "refunded", "partially_refunded"], "succeeded")
    updated = np.select(conditions, [cancelled, _pending_since(plan)[rows], refunded, partly], paid)
    return _Attempts(rows, copy, fen[rows], np.where(unpaid, NEVER, paid), status, updated)


def _earlier(plan: Plan) -> list[_Attempts]:
    """How payments stood before, of orders shown in several versions: pending, and paid before a refund."""
    fen = _charged(plan)
    whole = ~plan.flags["split_payment"] & ~plan.flags["without_payment_record"]
    paid = _paid_at(plan)
    pending = np.flatnonzero(whole & plan.flags["several_versions"] & (paid <= plan.as_of))
    refunded = np.flatnonzero(whole & (plan.befell("refunded") | plan.befell("partly_refunded")))
    return [
        _version(pending, fen, np.full(len(pending), NEVER), "pending", _pending_since(plan)[pending]),
        _version(refunded, fen, paid[refunded], "succeeded", paid[refunded]),
    ]


def _version(rows: Rows, fen: Indices, paid: Instants, status: str, updated: Instants) -> _Attempts:
    return _Attempts(rows, 1, fen[rows], paid, np.full(len(rows), status), updated)


def _failed(plan: Plan) -> _Attempts:
    """Attempts that failed before the one that succeeded."""
    tried = np.flatnonzero(plan.flags["failed_attempt"] & (_paid_at(plan) <= plan.as_of))
    placed, paid = plan.at(Milestone.PLACED)[tried], plan.at(Milestone.PAID)[tried]
    updated = np.minimum(placed + MINUTE, paid - 1)
    status = np.full(len(tried), "failed")
    return _Attempts(tried, 9, _charged(plan)[tried], np.full(len(tried), NEVER), status, updated)


def _pending_since(plan: Plan) -> Instants:
    return plan.at(Milestone.PLACED) + SECONDS_UNTIL_PENDING
