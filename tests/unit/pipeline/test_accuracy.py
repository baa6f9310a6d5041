"""Given open findings and the truth, precision and recall are shares of exactly these."""

from __future__ import annotations

import polars as pl

from orderhealth_pipeline.pipeline.what_if.accuracy import accuracy

Pairs = list[tuple[str | None, str]]


def judged(found: Pairs, anomalies: Pairs, rules: list[str]) -> dict[str, tuple[float | None, float | None]]:
    columns = {"order_id": pl.String, "rule_id": pl.String}
    truth = pl.DataFrame(anomalies, schema=columns, orient="row").with_columns(verdict=pl.lit("anomaly"))
    table = accuracy(pl.DataFrame(found, schema=columns, orient="row"), truth, rules)
    return {row["rule_id"]: (row["precision"], row["recall"]) for row in table.iter_rows(named=True)}


def test_what_is_found_rightly_counts_for_both() -> None:
    found: Pairs = [("A", "late"), ("B", "late"), ("C", "late"), ("D", "late")]
    assert judged(found, [("A", "late"), ("Z", "late")], ["late"]) == {"late": (0.25, 0.5)}


def test_a_system_level_finding_is_found_like_any_other() -> None:
    assert judged([(None, "gap")], [(None, "gap")], ["gap"]) == {"gap": (1, 1)}


def test_a_rule_that_is_rightly_silent_is_exact() -> None:
    assert judged([], [], ["late"]) == {"late": (1, 1)}


def test_where_nothing_was_found_precision_cannot_be_said() -> None:
    assert judged([], [("A", "late")], ["late"]) == {"late": (None, 0)}


def test_where_there_was_nothing_to_find_recall_cannot_be_said() -> None:
    assert judged([("A", "late")], [], ["late"]) == {"late": (0, None)}


def test_a_rule_that_was_not_evaluated_missed_what_the_truth_knows() -> None:
    assert judged([], [("A", "late")], []) == {"late": (None, 0)}
