"""One file into the temporary table `staged`: its records as text, in the order of the file.

What belongs here: choosing the reader of a format, and the formats that are tables already. What does not:
texts (stage_csv.py, stage_jsonl.py), types and vocabularies (typing.py), and which rows are new (load.py).
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import fastexcel
import polars as pl

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.file_facts import TextFacts, UnreadableFileError
from orderhealth_pipeline.ingest.file_names import FORMATS, ending_of, format_of
from orderhealth_pipeline.ingest.plain_text import plain_text
from orderhealth_pipeline.ingest.scratch import Scratch
from orderhealth_pipeline.ingest.stage_csv import stage_csv
from orderhealth_pipeline.ingest.stage_jsonl import stage_jsonl
from orderhealth_pipeline.ingest.staged import Staged, clean_header
from orderhealth_pipeline.statements import statement


def stage_source(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    facts: TextFacts | None,
    wanted: tuple[frozenset[str], tuple[str, ...]],
    place: Scratch,
) -> Staged:
    """Read a file, all columns as text; the format goes by its name.

    `facts` are those of a text. `wanted` are the columns that are looked for, and those of them that must
    be texts in a format with types. `place` takes copies of the file and its records, and must stay until
    its rows are loaded. Raises UnreadableFileError where it is no file of its format, and UnusableInputError
    where DuckDB gave up half-way, after which the transaction cannot go on.
    """
    known, statuses = wanted
    path = _with_utf8_name(path, place)
    try:
        if facts is None:
            is_parquet = format_of(path) == "parquet"
            return _stage_parquet(con, path, known, statuses) if is_parquet else _stage_xlsx(con, path, known)
        text = plain_text(path, facts, place)
        if format_of(path) == "jsonl":
            return stage_jsonl(con, text, facts.lines, known, statuses)
        return stage_csv(con, text, facts.lines, known, place)
    except ValueError as error:
        raise UnreadableFileError(str(error)) from error
    except duckdb.Error as error:
        raise given_up(path, error) from error


def _with_utf8_name(path: Path, place: Scratch) -> Path:
    """Give a path that DuckDB can be told: a link to the file, where its own is no UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        link = place.folder / f"named{ending_of(path.name, FORMATS)}"
        link.symlink_to(os.path.realpath(path))
        return link
    return path


def given_up(path: Path, error: duckdb.Error) -> UnusableInputError:
    """Say that DuckDB gave up half-way through a file, after which the transaction cannot go on."""
    return UnusableInputError(
        f"{path}: cannot be read ({_first_line(error)}). Take the file away, or repair it, and run again."
    )


def stage_query(con: duckdb.DuckDBPyConnection, query: str) -> Staged:
    """Put what a SELECT gives into `staged`, all columns as text. Raises duckdb.Error where it fails."""
    described = con.execute(statement("ingest/describe_query", query=query)).fetchall()
    columns = tuple(name for name, *_ in described)
    con.execute(
        statement("ingest/stage_relation", columns=columns, relation=f"({query})", has_record=False)
    ).fetchall()
    return Staged(columns=columns)


def _stage_parquet(
    con: duckdb.DuckDBPyConnection, path: Path, known: frozenset[str], statuses: tuple[str, ...]
) -> Staged:
    """Read it twice: an error would end the transaction, so another connection reads first."""
    with con.cursor() as trial:
        try:
            described = trial.execute(statement("ingest/describe_parquet", path=path)).fetchall()
            trial.execute(statement("ingest/check_parquet", path=path)).fetchall()
        except duckdb.Error as error:
            raise UnreadableFileError(f"not a readable parquet file ({_first_line(error)})") from error
    names = clean_header([name for name, *_ in described], known)
    columns = [
        {
            "source": source,
            "kind": kind,
            "is_wrong_type": name in known and _is_wrong_type(kind, is_status=name in statuses),
        }
        for (source, kind, *_), name in zip(described, names, strict=True)
    ]
    con.execute(statement("ingest/stage_parquet", path=path, columns=columns)).fetchall()
    return Staged(
        columns=tuple(names),
        relation="staged_parquet",
        row_number="staged.file_row_number",
        kinds=tuple(kind for _, kind, *_ in described),
    )


def _is_wrong_type(kind: str, *, is_status: bool) -> bool:
    nested = kind.startswith(("STRUCT", "MAP", "UNION", "VARIANT")) or kind.endswith("]")
    is_text = kind == "VARCHAR" or kind.startswith("ENUM")
    return nested or (is_status and not is_text)


def _stage_xlsx(con: duckdb.DuckDBPyConnection, path: Path, known: frozenset[str]) -> Staged:
    """Read the first sheet without its empty rows; a record's number is its row in the sheet."""
    try:
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
        rows = sheet.to_polars().with_row_index("record")
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise UnreadableFileError(f"not a readable xlsx file ({_first_line(error)})") from error
    rows = (
        rows.filter(pl.any_horizontal(pl.exclude("record").is_not_null())) if rows.width > 1 else rows.clear()
    )
    if rows.is_empty():
        raise UnreadableFileError("the file is empty", "empty_file")
    (header, *_) = rows.head(1).drop("record").rows()
    names = clean_header([name or "" for name in header], known)
    con.register("sheet_rows", rows.slice(1).rename(dict(zip(rows.columns[1:], names, strict=True))))
    try:
        con.execute(
            statement("ingest/stage_relation", columns=names, relation="sheet_rows", has_record=True)
        ).fetchall()
    finally:
        con.unregister("sheet_rows")
    return Staged(columns=tuple(names), has_record=True)


def _first_line(problem: object) -> str:
    return str(problem).strip().split("\n", 1)[0]
