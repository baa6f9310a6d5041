"""Results by day, for a warehouse or a BI tool: only days that changed since the last export are written.

What belongs here: which days changed, and remembering what was written. What does not: how days are kept
(parquet_days.py, delta_days.py), and the tables (exported_tables.yml says which, docs/store.md what is in
them).

Days are those of the store's zone. `_days.json` names what each day holds, and is written last: an export
that died is made up for by the next one. Files are for their owner alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, Literal

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.written.export_results.changed_days import ChangedDays, DayWriter
from orderhealth_pipeline.pipeline.written.export_results.delta_days import DeltaDays
from orderhealth_pipeline.pipeline.written.export_results.parquet_days import ParquetDays
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.pipeline.written.put_in_place import put_in_place
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.files import private_files
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

DAYS: Final = "_days.json"
_NO_DAY: Final = ""
"""What rows without a day are remembered under."""

Format = Literal["parquet", "delta"]
FORMATS: Final[dict[Format, DayWriter]] = {"parquet": ParquetDays(), "delta": DeltaDays()}
"""How days may be kept."""


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


def export_results(settings: Settings, out: Path, kept_as: Format = "parquet") -> list[Exported]:
    """Bring the tables below `out` up to the published results.

    Raises StoreError, OSError, and ConfigurationError where what is there is kept in another way.
    """
    writer = FORMATS[kept_as]
    for name in exported_tables():
        writer.require_own(out / name)

    def export(con: duckdb.DuckDBPyConnection) -> list[Exported]:
        return [
            _export(con, writer, out / name, name, settings.timezone, table)
            for name, table in exported_tables().items()
        ]

    with private_files():
        return from_published(settings.store, export)


def _export(
    con: duckdb.DuckDBPyConnection,
    writer: DayWriter,
    folder: Path,
    name: str,
    zone: str,
    table: ExportedTable,
) -> Exported:
    names = {
        "table": name,
        "instant": table.day_of,
        "keys": table.keys,
        "without": f"exclude ({', '.join(table.without)})" if table.without else "",
    }

    def read(first: Any, last: Any) -> pl.DataFrame:
        return sql.read(con, "export/select_day", {"first": first, "last": last}, **names)

    rows = sql.run(con, "export/select_days", {"zone": zone}, **names)
    before = _known_days(folder)
    after = {day or _NO_DAY: {"rows": count, "content": content} for day, _, _, count, content in rows}
    days = {day: partial(read, first, last) for day, first, last, _, _ in rows}
    kept = frozenset(
        day for day in days if before.get(day or _NO_DAY) == after[day or _NO_DAY] and writer.has(folder, day)
    )
    changed = {day: each for day, each in days.items() if day not in kept}
    gone = frozenset(None if day == _NO_DAY else day for day in before.keys() - after.keys())
    removed = writer.write(folder, ChangedDays(changed, kept, gone))
    put_in_place(folder / DAYS, json.dumps(after, indent=1).encode())
    return Exported(name, len(rows), len(changed), removed, sum(row[3] for row in rows))


def _known_days(folder: Path) -> dict[str, Any]:
    try:
        known = json.loads((folder / DAYS).read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
