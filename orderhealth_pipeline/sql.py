"""Finds the SQL statements of `sql/` by name, fills in their identifiers, and executes them.

What belongs here: reading, rendering and executing one file per statement. What does not: SQL text, or values
that come from data (those are bound as parameters by DuckDB, never written into the text).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from orderhealth_pipeline.resources import sql_folder

if TYPE_CHECKING:
    import duckdb
    import polars as pl

Row = tuple[Any, ...]
Values = Mapping[str, object] | list[str]


@cache
def environment(folder: Path) -> jinja2.Environment:
    """Return what finds and fills in the statements of a folder, with the filters that they use."""
    statements = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        # A running program does not take up the statements of a newer version.
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is SQL, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_bytecode_cache(folder),
    )
    statements.filters["literal"] = _literal
    statements.filters["identifier"] = _identifier
    statements.filters["literal_path"] = _literal_path
    return statements


@cache
def _own() -> jinja2.Environment:
    """Look for the folder once: a tick asks for some 250 statements."""
    return environment(sql_folder())


def _bytecode_cache(folder: Path) -> jinja2.BytecodeCache | None:
    """Keep compiled statements as Python keeps compiled modules: beside them, where that can be written."""
    compiled = folder / "__pycache__"
    if sys.dont_write_bytecode:
        return None
    with suppress(OSError):
        compiled.mkdir(exist_ok=True)
    is_writable = compiled.is_dir() and os.access(compiled, os.W_OK)
    return jinja2.FileSystemBytecodeCache(str(compiled)) if is_writable else None


def _literal(text: object) -> str:
    """Quote a text as an SQL literal, for the places where DuckDB takes no bound parameter."""
    return "'" + str(text).replace("'", "''") + "'"


def _literal_path(path: object) -> str:
    """Quote the path of one file; DuckDB would take `[`, `*` and `?` in it for a pattern."""
    return _literal(re.sub(r"([\[*?])", r"[\1]", str(path)))


def _identifier(name: object) -> str:
    """Quote a column name that comes from a file."""
    return '"' + str(name).replace('"', '""') + '"'


def compile_statements() -> None:
    """Compile all statements now, for processes that are forked from this one."""
    statements = _own()
    for name in statements.list_templates(extensions=["sql"]):
        statements.get_template(name)


def statement(name: str, **identifiers: Any) -> str:
    """Return the text of `sql/<name>.sql`, with names of tables and columns filled in."""
    return _own().get_template(f"{name}.sql").render(identifiers)


def run(
    con: duckdb.DuckDBPyConnection,
    name: str,
    values: Values | None = None,
    /,
    **identifiers: Any,
) -> list[Row]:
    """Execute `sql/<name>.sql` with bound `values`, and return its rows; none where it says nothing.

    The rows are always fetched: DuckDB executes a statement to its end only when its result is taken, and a
    result that is still pending keeps the transaction from being committed.
    """
    return con.execute(statement(name, **identifiers), values).fetchall()


def read(
    con: duckdb.DuckDBPyConnection,
    name: str,
    values: Values | None = None,
    /,
    **identifiers: Any,
) -> pl.DataFrame:
    """Execute `sql/<name>.sql` with bound `values`, and return its rows as a frame: instants in UTC."""
    rows: pl.DataFrame = con.sql(statement(name, **identifiers), params=values).pl()
    return rows
