"""JSON lines into `staged`: every line that is an object becomes a row, any other is broken.

What belongs here: DuckDB's JSON functions over the lines of a text. What does not: types and required values.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb
import polars as pl

from orderhealth_pipeline.ingest.staged import UNSPLIT_LINES, Staged
from orderhealth_pipeline.ingest.unsplit import stage_text
from orderhealth_pipeline.statements import statement


def stage_jsonl(
    con: duckdb.DuckDBPyConnection,
    text: Path,
    lines: int,
    known: frozenset[str],
    statuses: tuple[str, ...],
) -> Staged:
    """Read a text of so many lines; in the columns `statuses`, what is no string is of the wrong type."""
    unsplit = stage_text(
        con,
        lambda query: con.execute(query).fetchall(),
        "ingest/stage_lines",
        "staged_lines",
        lines,
        taken=None,
        columns=["line"],
        path=text,
    )
    con.execute(statement("ingest/stage_json_objects")).fetchall()
    spellings = _spellings(con, known)
    con.execute(statement("ingest/stage_json_lines", spellings=spellings, statuses=statuses)).fetchall()
    broken: pl.DataFrame = con.sql(statement("ingest/select_broken_json_lines")).pl()
    return Staged(
        columns=tuple(spellings),
        broken=broken,
        unsplit=unsplit.select(UNSPLIT_LINES.names()),
        text=text,
        has_record=True,
        has_source=True,
    )


def _spellings(con: duckdb.DuckDBPyConnection, known: frozenset[str]) -> dict[str, list[str]]:
    """Find how the known columns are spelled: the keys of objects may differ in case and spaces."""
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for (key,) in con.execute(statement("ingest/select_json_keys")).fetchall():
        if (name := key.strip().casefold()) in known:
            spellings[name].append(key)
    return dict(spellings)
