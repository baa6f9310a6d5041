"""Shapes that look at one order alone: one of its columns, how long it waits, how long a step took.

What belongs here: their values. What does not: comparing them with anything (rules/).
"""

from __future__ import annotations

import polars as pl

from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters

_MICROSECONDS_A_MINUTE = 60_000_000.0


def column(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Return a column of the order; a text is folded as texts are compared, with itself as evidence.

    Columns: order_id, value and, for a text, the column under its own name.
    """
    name = str(parameters["name"])
    if inputs.fact.schema[name] != pl.String():
        return inputs.fact.lazy().select("order_id", value=pl.col(name))
    return inputs.fact.lazy().select("order_id", folded(pl.col(name)).alias("value"), name)


def folded(text: pl.Expr) -> pl.Expr:
    """Return a text as texts are compared (`words.fold`): NFKC, lower case, without blanks; empty is null."""
    plain = text.str.normalize("NFKC").str.replace_all(r"\s+", "").str.to_lowercase()
    return pl.when(plain != "").then(plain)


def waiting(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Return the minutes from one milestone until `as_of` while another has not happened.

    Columns: order_id, value, and the milestone's instant. Orders that do not wait are left out. A promised
    instant that lies ahead has begun no waiting yet.
    """
    since, as_of = str(parameters["since"]), pl.lit(inputs.feeds.as_of)
    return (
        inputs.fact.lazy()
        .filter(
            pl.col(since).is_not_null(),
            pl.col(since) <= as_of,
            has_not_happened(str(parameters["for"]), as_of),
        )
        .select("order_id", minutes_between(pl.col(since), as_of).alias("value"), since)
    )


def took(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Return the minutes from one milestone to another when both have happened; order_id, value and both."""
    start, end, as_of = str(parameters["from"]), str(parameters["to"]), pl.lit(inputs.feeds.as_of)
    return (
        inputs.fact.lazy()
        .filter(~has_not_happened(start, as_of), ~has_not_happened(end, as_of))
        .select("order_id", minutes_between(pl.col(start), pl.col(end)).alias("value"), start, end)
    )


def has_not_happened(milestone: str, as_of: pl.Expr) -> pl.Expr:
    """Say whether a milestone has not come; a promised instant comes when `as_of` reaches it."""
    return pl.col(milestone).is_null() | (pl.col(milestone) > as_of)


def minutes_between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Return the minutes from one instant to another, with their fraction."""
    return (end - start).dt.total_microseconds() / _MICROSECONDS_A_MINUTE
