"""Penalties that came true, held against what was said in time: pure.

What belongs here: matching charges with cases. What does not: reading the file of charges
(charges_file.py), and what may be charged yet (at_stake.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT, MONEY

CHARGES: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "charged_at": INSTANT,
        "amount": MONEY,
        "currency": pl.String(),
        "rule_id": pl.String(),
    }
)
"""One row per charge; the rule is null where the file does not say it."""

KNOWN: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "rule_id": pl.String(),
        "found_at": INSTANT,
        "told_at": INSTANT,
        "due_at": INSTANT,
    }
)
"""One row per order and case: when the order was found, people were told of it, and its own deadline."""

OUTCOMES: Final = ("in_time", "late", "missed")


def matched(charges: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return CHARGES with `outcome`: somebody was told `in_time`, `late`, or the charge was `missed`.

    In time is before the order's own deadline, and before the charge. Found, but told later, or nobody, is
    late. Missed is a charge of which nothing was found before it. Of several cases the earliest counts; a
    charge that names its rule is held against that rule alone.
    """
    numbered = charges.with_row_index("number")
    before = numbered.join(known, on="order_id", how="inner", suffix="_of_case").filter(
        pl.col("found_at") <= pl.col("charged_at"),
        pl.col("rule_id").is_null() | (pl.col("rule_id") == pl.col("rule_id_of_case")),
    )
    deadline = pl.min_horizontal("due_at", "charged_at")
    told = pl.max_horizontal("told_at", "found_at")
    was_told = (pl.col("told_at").is_not_null() & (told < deadline)).any()
    found = before.group_by("number").agg(was_told=was_told)
    outcome = (
        pl.when(pl.col("was_told").is_null())
        .then(pl.lit("missed"))
        .when("was_told")
        .then(pl.lit("in_time"))
        .otherwise(pl.lit("late"))
    )
    return (
        numbered.join(found, on="number", how="left")
        .sort("number")
        .with_columns(outcome=outcome)
        .drop("number", "was_told")
    )
