"""How much a shop's files hold: the store, what is published of it, and Dagster's own storage.

What belongs here: bytes and rows. What does not: seconds and memory (ticks.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orderhealth_pipeline.store.file.files import sidecars, snapshot_path


def sizes_of(store: Path, dagster_home: Path) -> dict[str, Any]:
    """Measure all files, and count the rows of every table."""
    snapshot = snapshot_path(store)
    spare = snapshot.with_name(snapshot.name + ".spare")
    return {
        "store": {"wal": sum(map(_bytes, sidecars(store))), **database_size(store)},
        "snapshot": database_size(snapshot),
        "spare": {"file": _bytes(spare)},
        "dagster": folder_sizes(dagster_home),
        "rows": table_rows(store),
    }


def database_size(database: Path) -> dict[str, int]:
    """Return the bytes of a DuckDB file, and how many of them are in use."""
    with duckdb.connect(database, read_only=True) as con:
        ((block_size, used),) = con.execute(
            "select block_size, used_blocks from pragma_database_size() where database_size <> '0 bytes'"
        ).fetchall()
    return {"file": _bytes(database), "used": block_size * used}


def table_rows(store: Path) -> dict[str, int]:
    """Count the rows of every table, those of a feed as `feeds.<feed>`."""
    with duckdb.connect(store, read_only=True) as con:
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() order by schema_name, table_name"
        ).fetchall()
        counted = {}
        for schema, table in tables:
            name = table if schema == "main" else f"{schema}.{table}"
            counted[name] = con.table(name).shape[0]
    return counted


def folder_sizes(folder: Path) -> dict[str, int]:
    """Sum up the bytes of a folder's files, by the folder below it that they lie in; `files` counts them."""
    sizes: dict[str, int] = {}
    files = [file for file in folder.rglob("*") if file.is_file()]
    for file in files:
        below = file.relative_to(folder).parts
        sizes[below[0]] = sizes.get(below[0], 0) + _bytes(file)
    return {**sizes, "all": sum(sizes.values()), "files": len(files)}


def _bytes(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
