"""Frames that the score is computed from, made of what matters alone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from orderhealth_pipeline.frames import FINDINGS_SCHEMA

WEIGHTS = {"half": Decimal("0.5"), "tenth": Decimal("0.1"), "fifth": Decimal("0.2")}


def orders(*rows: tuple[str, int], **columns: Any) -> pl.DataFrame:
    """Active orders by id and amount; more columns hold for all of them."""
    return pl.DataFrame(
        {"order_id": [order_id for order_id, _ in rows], "amount": [Decimal(amount) for _, amount in rows]},
        schema={"order_id": pl.String, "amount": pl.Decimal(18, 4)},
    ).with_columns(
        shop=pl.lit(columns.get("shop"), pl.String),
        warehouse=pl.lit(columns.get("warehouse"), pl.String),
        carrier=pl.lit(columns.get("carrier"), pl.String),
        currency=pl.lit(columns.get("currency"), pl.String),
        is_active=pl.lit(columns.get("is_active", True)),
    )


def evaluated(risk: pl.DataFrame, weights: Mapping[str, Decimal] = WEIGHTS) -> dict[str, int]:
    """Every rule judged every order."""
    return dict.fromkeys(weights, risk.height)


def findings(*rows: tuple[str | None, str], state: str = "open") -> pl.DataFrame:
    """Findings by order and rule."""
    return (
        pl.DataFrame(
            {"order_id": [order_id for order_id, _ in rows], "rule_id": [rule_id for _, rule_id in rows]},
            schema={"order_id": pl.String, "rule_id": pl.String},
        )
        .with_columns(
            stage=pl.lit("ordering"),
            severity=pl.lit("high"),
            state=pl.lit(state),
            explained_by=pl.lit(None, pl.String),
            evidence=pl.lit("{}"),
        )
        .select(FINDINGS_SCHEMA.names())
    )
