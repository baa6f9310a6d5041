"""Why an order was hit, as JSON: the value, what it was compared with, and the columns that show it.

What belongs here: the keys of the evidence. What does not: sentences for people (the report writes them).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.language.conditions import SystemShare
from orderhealth_pipeline.rules.language.holds import holds
from orderhealth_pipeline.rules.language.model import Rule


def evidence(fact: pl.DataFrame, rule: Rule, explaining: Mapping[str, str]) -> pl.Expr:
    """Return the evidence of every hit order of order_fact as JSON text.

    Keys: value, comparison and threshold of the first comparison that holds; the evidence columns of all
    (instants ISO 8601 in UTC, amounts as text); with several comparisons `comparisons`, which lists name,
    value, comparison and threshold of every one that holds, in the order of the file, and `<name>_value`;
    `explanation`: the value that each explanation leaves, by its id. `explaining` gives the columns of the
    explanations that can be told from the feeds.
    """
    leaves = [_Leaf.of(rule, leaf, fact) for leaf in rule.comparisons]
    fields = [*_alone(leaves[0]), *_shown(leaves, fact)] if len(leaves) == 1 else _several(leaves, fact)
    if explaining:
        left = [_readable(column, fact).alias(name) for name, column in explaining.items()]
        fields.append(pl.struct(left).alias("explanation"))
    return pl.struct(fields).struct.json_encode()


@dataclass(frozen=True)
class _Leaf:
    """One comparison over the columns of order_fact: what it looks at, and whether it holds."""

    name: str
    operator: str
    value: pl.Expr
    threshold: pl.Expr
    holds: pl.Expr
    columns: Mapping[str, str]

    @classmethod
    def of(cls, rule: Rule, leaf: Comparison, fact: pl.DataFrame) -> _Leaf:
        request = rule.request(leaf)
        columns = {
            name: request.evidence_column(name) if request.evidence_column(name) in fact.columns else name
            for name in declaration_of(request).evidence
        }
        return cls(
            name=leaf.figure,
            operator=leaf.operator,
            value=_readable(request.column, fact),
            threshold=_written_threshold(leaf),
            holds=holds(leaf, lambda _: request.column, fact.schema),
            columns=columns,
        )


def _written_threshold(leaf: Comparison) -> pl.Expr:
    """Return what a comparison compares with as text: the figure that counts for the order, or the words."""
    if leaf.number_operator is None:
        return pl.lit(", ".join(leaf.words)) if leaf.words else pl.lit(None, pl.String)
    written = pl.lit(str(leaf.threshold.default))
    for place, name, number in reversed(tuple(leaf.threshold.by_place())):
        is_there = (pl.col(place) == name).fill_null(value=False)
        written = pl.when(is_there).then(pl.lit(str(number))).otherwise(written)
    return written


def _alone(leaf: _Leaf) -> list[pl.Expr]:
    return [
        leaf.value.alias("value"),
        pl.lit(leaf.operator).alias("comparison"),
        leaf.threshold.alias("threshold"),
    ]


def _shown(leaves: Sequence[_Leaf], fact: pl.DataFrame) -> list[pl.Expr]:
    columns = {name: column for leaf in reversed(leaves) for name, column in leaf.columns.items()}
    return [_readable(column, fact).alias(name) for name, column in columns.items()]


def _several(leaves: Sequence[_Leaf], fact: pl.DataFrame) -> list[pl.Expr]:
    said = [
        pl.when(leaf.holds).then(
            pl.struct(
                pl.lit(leaf.name).alias("name"),
                leaf.value.cast(pl.String).alias("value"),
                pl.lit(leaf.operator).alias("comparison"),
                leaf.threshold.alias("threshold"),
            )
        )
        for leaf in leaves
    ]
    first = pl.coalesce(said)
    return [
        *(first.struct.field(name).alias(name) for name in ("value", "comparison", "threshold")),
        *_shown(leaves, fact),
        *(leaf.value.alias(f"{leaf.name}_value") for leaf in {each.name: each for each in leaves}.values()),
        pl.concat_list(said).list.drop_nulls().alias("comparisons"),
    ]


def system_evidence(
    condition: SystemShare, concerned: int, true: int, places: Mapping[str, Sequence[Mapping[str, Any]]]
) -> str:
    """Return the evidence of a system-level finding as JSON text; `places` says where its gap lies."""
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
