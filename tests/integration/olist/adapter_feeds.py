"""The adapter's statements as the tests run them, and small made-up exports to run them on.

What belongs here: reading the statements and writing files in the shape of the export. What does not: what
the rows ought to be.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.integration.olist.plain_sql import OLIST
from tests.real_data import CHECKOUT

ADAPTER: Final = CHECKOUT / "sql" / "adapters" / "olist"
FEEDS: Final = (
    "storefront_orders",
    "storefront_order_lines",
    "payments",
    "erp_orders",
    "wms_shipments",
    "tms_events",
    "feedback",
)


def adapter_statement(feed: str) -> str:
    """Read the SELECT that makes a feed."""
    return (ADAPTER / f"{feed}.sql").read_text(encoding="utf-8")


def write_export(folder: Path, **rows_by_table: Sequence[Mapping[str, str]]) -> None:
    """Write every file of the export with its real header and the given rows, by table (such as `orders`)."""
    for real_file in sorted(OLIST.glob("olist_*.csv")):
        with real_file.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines))
        table = real_file.stem.removeprefix("olist_").removesuffix("_dataset")
        with (folder / real_file.name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, header, restval="")
            writer.writeheader()
            writer.writerows(rows_by_table.get(table, ()))
