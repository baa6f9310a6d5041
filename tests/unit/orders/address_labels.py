"""How well addresses are judged: the labels, the addresses, and what the documents say of them.

Run as a program, `python -m tests.unit.orders.address_labels`, it writes that sentence anew. What belongs
here: joining labels with the real data set. What does not: the addresses, which are no part of the project.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from orderhealth_pipeline.orders.address.door import names_a_door
from tests.real_data import CHECKOUT, REAL_DATA

LABELS_FILE: Final = Path(__file__).parents[2] / "data" / "address_doors.csv"
PAGE: Final = CHECKOUT / "docs" / "architecture.md"
_SENTENCE: Final = re.compile(r"Of \d+ labelled addresses.*?\.csv`\.", re.DOTALL)


def judged_addresses() -> pl.DataFrame:
    """Join the labels with the addresses (`row_number` counts data rows from 1) and the verdict on each."""
    addresses = pl.read_csv(REAL_DATA / "cn_address" / "addresses.csv").with_row_index("row_number", offset=1)
    labels = pl.read_csv(LABELS_FILE, schema_overrides={"row_number": addresses.schema["row_number"]})
    return labels.join(addresses, on="row_number", how="left").with_columns(
        verdict=names_a_door(pl.col("address"))
    )


def agreement(judged: pl.DataFrame) -> str:
    """Say in one sentence on how many addresses the verdict is what the label says."""
    agrees = pl.col("verdict").eq_missing(pl.col("names_a_door"))
    second = judged.filter(pl.col("part").str.starts_with("second"))
    return (
        f"Of {judged.height} labelled addresses that people typed, "
        f"{judged.filter(agrees).height} are judged as a reader did\n  "
        f"({second.filter(agrees).height} of the {second.height} drawn last, half of them hard); "
        "the labels stand in `tests/data/address_doors.csv`."
    )


def written_agreement() -> str:
    """Return the sentence that stands in the documents."""
    found = _SENTENCE.search(PAGE.read_text(encoding="utf-8"))
    return found.group(0) if found else ""


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_SENTENCE.sub(agreement(judged_addresses()), text), encoding="utf-8")
