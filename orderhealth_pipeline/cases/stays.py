"""The stays of orders in cases, and what cases are measured by them.

What belongs here: orders joining and leaving. What does not: what becomes of the cases (step.py).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from orderhealth_pipeline.cases.amounts import worth_of
from orderhealth_pipeline.cases.case_frames import CASE_ORDERS, CASES, CAUSE, is_live
from orderhealth_pipeline.frames import INSTANT

_STAY = ("case_id", "order_id")
_MEASURES = ("due_at", "amount", "currency")


def moved_orders(
    before: pl.DataFrame, waiting: pl.DataFrame, cases: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """Let orders join their cases, and leave those that they are not found in any more (CASE_ORDERS)."""
    now = pl.lit(as_of, INSTANT)
    live = cases.filter(is_live()).select("case_id", *CAUSE)
    present = (
        waiting.filter(pl.col("order_id").is_not_null())
        .join(live, on=CAUSE, how="inner", nulls_equal=True)
        .select(*_STAY, "began_at", *_MEASURES)
        .unique(_STAY, keep="first")
    )
    staying = before.filter(pl.col("left_at").is_null())
    return pl.concat(
        [
            before.filter(pl.col("left_at").is_not_null()),
            staying.drop(_MEASURES)
            .join(present.drop("began_at"), on=_STAY, how="inner")
            .select(CASE_ORDERS.names()),
            staying.join(present, on=_STAY, how="anti").with_columns(left_at=now),
            present.join(staying, on=_STAY, how="anti")
            .with_columns(joined_at=now, left_at=pl.lit(None, INSTANT))
            .select(CASE_ORDERS.names()),
        ]
    ).sort(*_STAY, "joined_at")


def measured_by_stays(cases: pl.DataFrame, orders: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    """Let changed cases (case_id) say since when their trouble lasts, and those that are over what they were.

    What is over counts all orders that were ever in it, and was due when the last of them were. Of a case
    that goes on, orders that left it earlier need not be known.
    """
    stays = orders.join(changed, on="case_id", how="semi")
    began = stays.group_by("case_id").agg(first_began=pl.col("began_at").min())
    whole = stays.sort("joined_at").group_by(_STAY).agg(pl.col("amount", "currency").last())
    counted = whole.group_by("case_id").agg(all_orders=pl.len().cast(pl.Int64))
    worth = worth_of(whole.lazy(), ["case_id"]).collect()
    worth = worth.rename({"currency": "all_currency", "amount_at_risk": "all_amount"})
    measured = cases.join(changed, on="case_id", how="semi")
    last_due = (
        stays.join(measured.select("case_id", "resolved_at"), on="case_id", how="inner")
        .filter(pl.col("left_at") == pl.col("resolved_at"))
        .group_by("case_id")
        .agg(last_due=pl.col("due_at").min())
    )
    for measures in (began, counted, worth, last_due):
        measured = measured.join(measures, on="case_id", how="left")
    is_over = ~is_live()
    measured = measured.with_columns(
        began_at=pl.min_horizontal("began_at", "first_began"),
        orders=pl.when(is_over).then(pl.col("all_orders").fill_null(0)).otherwise("orders"),
        amount_at_risk=pl.when(is_over)
        .then(pl.col("all_amount").fill_null(0))
        .otherwise("amount_at_risk")
        .cast(CASES["amount_at_risk"]),
        currency=pl.when(is_over).then("all_currency").otherwise("currency"),
        due_at=pl.when(is_over).then(pl.min_horizontal("rule_due_at", "last_due")).otherwise("due_at"),
    ).select(CASES.names())
    return pl.concat([cases.join(changed, on="case_id", how="anti"), measured]).sort("case_id")
