"""Results as Parquet files by day, for a warehouse or a BI tool: only days that changed are written again.

What belongs here: which days are written, and putting them in place. What does not: the tables
(exported_tables.yml says which, docs/store.md what is in them).

A table is a folder of `date=YYYY-MM-DD` folders with one file each, so there is nothing to compact; days are
those of the store's zone. A file is replaced in one piece. `_days.json` names what each day holds, and is
written last: an export that died is made up for by the next one. Files are for their owner alone.
"""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.pipeline.written.put_in_place import put_in_place
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.files import private_files
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

FILE: Final = "part-0.parquet"
DAYS: Final = "_days.json"
_NO_DAY: Final = "__HIVE_DEFAULT_PARTITION__"
"""What Hive, Spark and DuckDB call the partition of rows without a day."""


class ExportedTable(FrozenModel):
    """One table: the instant whose day a row belongs to, its keys, and columns that are left out."""

    day_of: str
    keys: tuple[str, ...]
    without: tuple[str, ...] = ()


class ExportedTables(FrozenModel):
    """The tables that are exported, by name."""

    tables: dict[str, ExportedTable]


@dataclass(frozen=True)
class Exported:
    """What was done with one table: its days, those written anew, those that are gone, and all its rows."""

    table: str
    days: int
    written: int
    removed: int
    rows: int


@cache
def exported_tables() -> dict[str, ExportedTable]:
    """Read which tables are exported."""
    return read_model(Path(__file__).with_name("exported_tables.yml"), ExportedTables).tables


def export_results(settings: Settings, out: Path) -> list[Exported]:
    """Bring the files below `out` up to the published results. Raises StoreError, and OSError."""

    def export(con: duckdb.DuckDBPyConnection) -> list[Exported]:
        return [
            _export(con, out / name, name, table, settings.timezone)
            for name, table in exported_tables().items()
        ]

    with private_files():
        return from_published(settings.store, export)


def _export(
    con: duckdb.DuckDBPyConnection, folder: Path, name: str, table: ExportedTable, zone: str
) -> Exported:
    names = {
        "table": name,
        "instant": table.day_of,
        "keys": table.keys,
        "without": f"exclude ({', '.join(table.without)})" if table.without else "",
    }
    rows = sql.run(con, "export/select_days", {"zone": zone}, **names)
    before = _known_days(folder)
    after: dict[str, Any] = {}
    written = 0
    for day, first, last, count, fingerprint in rows:
        place = f"date={day or _NO_DAY}"
        after[place] = {"rows": count, "content": fingerprint}
        file = folder / place / FILE
        if before.get(place) == after[place] and file.exists():
            continue
        found = sql.read(con, "export/select_day", {"first": first, "last": last}, **names)
        content = io.BytesIO()
        found.write_parquet(content, compression="zstd")
        put_in_place(file, content.getvalue())
        written += 1
    gone = [each for each in folder.glob("date=*") if each.name not in after]
    for each in gone:
        shutil.rmtree(each)
    put_in_place(folder / DAYS, json.dumps(after, indent=1).encode())
    return Exported(name, len(rows), written, len(gone), sum(row[3] for row in rows))


def _known_days(folder: Path) -> dict[str, Any]:
    try:
        known = json.loads((folder / DAYS).read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
