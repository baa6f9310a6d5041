"""Finds the SQL statements of `sql/` by name and fills in their identifiers.

What belongs here: reading and rendering one file per statement. What does not: SQL text, or values that
come from data (those are bound as parameters by DuckDB, never written into the text).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import jinja2

from orderhealth_pipeline.resources import sql_folder


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(sql_folder()),
        # A running program does not take up the statements of a newer version.
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is SQL, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["literal"] = _literal
    environment.filters["identifier"] = _identifier
    environment.filters["literal_path"] = _literal_path
    return environment


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
    for name in _environment().list_templates(extensions=["sql"]):
        _environment().get_template(name)


def statement(name: str, **identifiers: Any) -> str:
    """Give the text of `sql/<name>.sql`, with names of tables and columns filled in."""
    return _environment().get_template(f"{name}.sql").render(identifiers)
