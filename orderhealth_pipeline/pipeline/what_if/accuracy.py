"""How right the rules were: findings of the latest run against a truth file.

What belongs here: precision and recall. What does not: making the truth (simulate/).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import StoreError, UnusableInputError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.store.file.connection import read_store

_TRUTH_COLUMNS: Final = ("order_id", "rule_id", "verdict")
_PAIR: Final = ("order_id", "rule_id")


def read_truth(file: Path) -> pl.DataFrame:
    """Read a truth file: order_id (null for a system-level rule), rule_id, verdict, cause.

    The verdict is `anomaly` or `benign`.
    Raises UnusableInputError where it is missing, cannot be read or lacks a column.
    """
    try:
        truth = pl.read_csv(file, infer_schema_length=0)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UnusableInputError(
            Message(
                "{file}: not a readable truth file ({error})", file=file, error=str(error).splitlines()[0]
            )
        ) from None
    missing = [column for column in _TRUTH_COLUMNS if column not in truth.columns]
    if missing:
        raise UnusableInputError(
            Message("{file}: the column {missing} is missing.", file=file, missing=", ".join(missing))
        )
    wrong = truth.filter(~pl.col("verdict").is_in(["anomaly", "benign"]))
    if wrong.height:
        raise UnusableInputError(
            Message(
                "{file}: the verdict '{wrong}' is neither anomaly nor benign.",
                file=file,
                wrong=wrong["verdict"][0],
            )
        )
    return truth.with_columns(pl.col("order_id").replace("", None))


def read_open_findings(store: Path) -> tuple[pl.DataFrame, list[str]]:
    """Read the open findings of the latest run (order_id, rule_id) and the rules it evaluated.

    Raises StoreError where the store cannot be read or holds no run yet.
    """
    with read_store(store) as con:
        try:
            found = sql.read(con, "store/findings/select_open_findings")
            rules = [rule for (rule,) in sql.run(con, "store/runs/select_evaluated_rules")]
        except duckdb.CatalogException:
            raise StoreError(
                Message("{store}: the store holds no run yet: start `orderhealth run` first.", store=store)
            ) from None
    return found.cast({"order_id": pl.String, "rule_id": pl.String}), rules


def accuracy(found: pl.DataFrame, truth: pl.DataFrame, rules: list[str]) -> pl.DataFrame:
    """Compare per rule: rule_id, anomalies, found, missed, false_alarms, precision, recall, wrong_orders.

    A rule of the truth that was not evaluated found nothing: its recall is 0. Precision = found anomalies ÷
    open findings, recall = found anomalies ÷ anomalies; both are 1 where there was nothing to find and
    nothing was found, else null where there is nothing to divide by. `wrong_orders` names up to five orders
    that were missed or alarmed falsely.
    """
    anomalies = truth.filter(verdict="anomaly").select(_PAIR).unique()
    found = found.select(_PAIR).unique()
    right = found.join(anomalies, on=_PAIR, how="semi", nulls_equal=True)
    missed = anomalies.join(found, on=_PAIR, how="anti", nulls_equal=True)
    false_alarms = found.join(anomalies, on=_PAIR, how="anti", nulls_equal=True)
    wrong = (
        pl.concat([missed, false_alarms])
        .group_by("rule_id")
        .agg(wrong_orders=pl.col("order_id").sort().head(5))
    )
    named = sorted({*rules, *anomalies["rule_id"]})
    table = pl.DataFrame({"rule_id": named}, schema={"rule_id": pl.String})
    for name, frame in (
        ("anomalies", anomalies),
        ("found", right),
        ("missed", missed),
        ("false_alarms", false_alarms),
    ):
        table = table.join(frame.group_by("rule_id").agg(pl.len().alias(name)), on="rule_id", how="left")
    counts = pl.col("anomalies", "found", "missed", "false_alarms").fill_null(0).cast(pl.Int64)
    return (
        table.with_columns(counts)
        .with_columns(
            precision=_share(pl.col("found") + pl.col("false_alarms")),
            recall=_share(pl.col("anomalies")),
        )
        .join(wrong, on="rule_id", how="left")
    )


def _share(whole: pl.Expr) -> pl.Expr:
    rightly_silent = (pl.col("anomalies") == 0) & (pl.col("false_alarms") == 0)
    return pl.when(rightly_silent).then(1.0).when(whole > 0).then(pl.col("found") / whole)
