"""What a killed process leaves: the rows of a store and of its published copy, and the files beside them.

What belongs here: looking, without changing what is looked at. What does not: killing (victim.py).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from tests.integration.chain.chain import TABLES, Rows

Contents = dict[str, Rows]
"""The rows of every table that has any, sorted."""


def contents(store: Path) -> Contents:
    """Read the public tables and the feeds of a store, or of a published copy, as the next run finds them.

    A copy of the files is opened, with what lies beside them: opening a store tidies it. No store, and one
    without rows, have no contents.
    """
    if not store.exists():
        return {}
    with TemporaryDirectory() as folder:
        for file in store.parent.glob(f"{store.name}*"):
            if file.is_file():
                shutil.copy(file, folder)
        with duckdb.connect(Path(folder) / store.name) as con:
            con.execute("set timezone = 'UTC'")
            return _rows(con)


def public(found: Contents) -> Contents:
    """Leave the feeds out: files that were loaded in another order have other numbers there."""
    return {table: rows for table, rows in found.items() if table in TABLES}


def differences(found: Contents, *expected: Contents) -> dict[str, tuple[Rows, Rows]]:
    """Return nothing where what was found is one of the expected; else, per table, rows too many and missing.

    They are those to the expected contents that come closest.
    """
    return min((_differences(found, each) for each in expected), key=len)


def _differences(found: Contents, expected: Contents) -> dict[str, tuple[Rows, Rows]]:
    differing = {}
    for table in found.keys() | expected.keys():
        here, there = found.get(table, []), expected.get(table, [])
        if here != there:
            differing[table] = (
                [row for row in here if row not in there][:3],
                [row for row in there if row not in here][:3],
            )
    return differing


def _rows(con: duckdb.DuckDBPyConnection) -> Contents:
    tables = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name = 'feeds' "
        "union all select view_name from duckdb_views() where not internal "
        "union all select table_name from duckdb_tables() where schema_name = 'main'"
    ).fetchall()
    found = {table: con.execute(f"select * from {table} order by all").fetchall() for (table,) in tables}
    return {table: rows for table, rows in found.items() if rows and table != "store_version"}
