"""Whether the pipeline and the yardstick have found the same, row by row.

What belongs here: comparing two finished results. What does not: making them.

    .venv/bin/python -m benchmarks.rebuild.agreement --store orderhealth.duckdb --result yardstick.duckdb
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from benchmarks.rebuild.opened_result import opened_result

STATEMENTS: Final = Path(__file__).with_name("yardstick_statements")
COMPARED: Final = {
    "order_fact": "select_differing_orders.sql",
    "findings": "select_differing_findings.sql",
}


def main() -> None:
    """Compare; exit with 1 where a row differs."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--store", type=Path, required=True, help="with what the pipeline wrote")
    arguments.add_argument("--result", type=Path, required=True, help="with the table assessed_orders")
    asked = arguments.parse_args()
    if not show_agreement(asked.store, asked.result):
        sys.exit(1)


def show_agreement(store: Path, result: Path) -> bool:
    """Print per table how many rows only one of the two has, and one of them; say whether they agree."""
    agree = True
    with opened_result(result, store) as con:
        for table, file in COMPARED.items():
            differing = con.sql((STATEMENTS / file).read_text(encoding="utf-8")).pl()
            print(f"{table}: {differing.height:,} rows differ")
            if differing.height:
                print(differing.row(0, named=True))
                agree = False
    return agree


if __name__ == "__main__":
    main()
