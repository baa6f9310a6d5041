"""What closing a case says of its findings: the same of each.

What belongs here: turning words about cases into verdicts on orders. What does not: what a verdict does to a
finding (rules/said.py) or to a case (words.py).
"""

from __future__ import annotations

import polars as pl

from orderhealth_pipeline.cases.words import CONFIRMED, FALSE_ALARM
from orderhealth_pipeline.said import SAID


def with_verdicts_of_closed(said: pl.DataFrame, cases: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return a log (SAID) with a verdict on each order that was in a case when somebody judged it.

    `cases` has case_id, rule_id and cause_kind, `orders` the stays (CASE_ORDERS) of the cases that were
    closed. A case about the system as a whole has no orders: the word is about its one finding.
    """
    is_judged = pl.col("what").is_in([CONFIRMED, FALSE_ALARM])
    closed = said.filter(pl.col("kind") == "case_closed", is_judged).drop("rule_id", "about")
    if closed.is_empty():
        return said
    known = closed.rename({"value": "case_id"}).join(
        cases.select("case_id", "rule_id", "cause_kind"), on="case_id", how="inner"
    )
    verdict = {"kind": pl.col("what"), "what": pl.lit(None, pl.String)}
    of_orders = (
        known.join(orders.select("case_id", "order_id", "joined_at", "left_at"), on="case_id", how="inner")
        .filter(
            pl.col("joined_at") <= pl.col("said_at"),
            # Closing lets them leave at that very instant.
            pl.col("left_at").is_null() | (pl.col("left_at") >= pl.col("said_at")),
        )
        .with_columns(**verdict, about=pl.lit("order"))
        .rename({"order_id": "value"})
        .select(SAID.names())
        .sort("entry", "value")
    )
    of_system = known.filter(cause_kind="system").with_columns(
        **verdict, about=pl.lit("system"), value=pl.lit(None, pl.String)
    )
    return pl.concat([said, of_orders, of_system.select(SAID.names())])
