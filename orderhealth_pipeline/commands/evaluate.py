"""`orderhealth evaluate`: precision and recall of every rule against a truth file."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from orderhealth_pipeline.commands.terminal.options import FILE, output
from orderhealth_pipeline.pipeline.what_if.accuracy import accuracy, read_open_findings, read_truth

_COUNTS = ("anomalies", "found", "missed", "false_alarms")


@click.command()
@click.option("--store", required=True, type=FILE, help="The store whose latest run is judged.")
@click.option("--truth", required=True, type=FILE, help="The truth: order_id,rule_id,verdict,cause.")
def evaluate(*, store: Path, truth: Path) -> None:
    """Show precision and recall of every rule against a truth file."""
    known = read_truth(truth)
    found, rules = read_open_findings(store)
    table = Table(
        "rule", *(name.replace("_", " ") for name in _COUNTS), "precision", "recall", "wrong orders"
    )
    for row in accuracy(found, known, rules).iter_rows(named=True):
        wrong = ", ".join(order or "(the system)" for order in row["wrong_orders"] or ())
        table.add_row(
            row["rule_id"],
            *(str(row[name]) for name in _COUNTS),
            _shown(row["precision"]),
            _shown(row["recall"]),
            wrong,
        )
    output().print(table)


def _shown(share: float | None) -> str:
    return "–" if share is None else f"{share:.4f}"
