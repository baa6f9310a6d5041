"""Why an order was hit, as JSON: the value, what it was compared with, and the columns that show it.

What belongs here: the keys of the evidence. What does not: sentences for people (the report writes them).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.model import OrderCondition, Rule, SystemCondition


def evidence(
    fact: pl.DataFrame,
    catalogue: Catalogue,
    rule: Rule,
    condition: OrderCondition,
    explaining: Mapping[str, str],
) -> pl.Expr:
    """Give the evidence of every hit order of order_fact as JSON text.

    Keys: value, comparison, threshold, the evidence columns of the feature (instants ISO 8601 in UTC, amounts
    as text), and `explanation`: the value that each explanation leaves, by its id. `explaining` gives the
    columns of the explanations that can be told from the feeds.
    """
    request = catalogue.request(rule, condition.feature)
    names = catalogue.features[condition.feature].evidence
    columns = {
        name: request.evidence_column(name) if request.evidence_column(name) in fact.columns else name
        for name in names
    }
    fields = [
        _readable(request.column, fact).alias("value"),
        pl.lit(condition.operator).alias("comparison"),
        pl.lit(str(condition.threshold)).alias("threshold"),
        *(_readable(column, fact).alias(name) for name, column in columns.items()),
    ]
    if explaining:
        left = [_readable(column, fact).alias(name) for name, column in explaining.items()]
        fields.append(pl.struct(left).alias("explanation"))
    return pl.struct(fields).struct.json_encode()


def system_evidence(
    condition: SystemCondition, concerned: int, true: int, places: Mapping[str, Sequence[Mapping[str, Any]]]
) -> str:
    """Give the evidence of a system-level finding as JSON text; `places` says where its gap lies."""
    return json.dumps(
        {
            "value": round(true / concerned, 4) if concerned else None,
            "comparison": "share_below",
            "threshold": str(condition.share_below),
            "orders_concerned": concerned,
            "orders_true": true,
            "places": places,
        },
        ensure_ascii=False,
    )


def _readable(column: str, frame: pl.DataFrame) -> pl.Expr:
    """Values that JSON has no type for become text: an instant with its Z, a Decimal with its digits."""
    kind = frame.schema[column]
    if isinstance(kind, pl.Datetime):
        return pl.col(column).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(kind, pl.Decimal):
        return pl.col(column).cast(pl.String)
    if isinstance(kind, pl.Float64):
        return pl.col(column).round(2)
    return pl.col(column)
