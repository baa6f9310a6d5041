"""One file into the temporary table `staged`: its records as text, in the order of the file.

What belongs here: choosing the reader of a format, and the formats that are tables already. What does not:
texts (stage_csv.py, stage_jsonl.py), types and vocabularies (typing.py), and which rows are new (load.py).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import pyarrow as pa
from pyarrow import parquet

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.files.file_facts import TextFacts
from orderhealth_pipeline.ingest.files.file_names import FORMATS, ending_of, format_of
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import Scratch
from orderhealth_pipeline.ingest.sheets.stage_xlsx import stage_xlsx
from orderhealth_pipeline.ingest.staged import Staged, Wanted, clean_header
from orderhealth_pipeline.ingest.text.plain_text import plain_text
from orderhealth_pipeline.ingest.text.stage_csv import stage_csv
from orderhealth_pipeline.ingest.text.stage_jsonl import stage_jsonl
from orderhealth_pipeline.messages import Message, as_message

_ROW_NUMBER: Final = "file_row_number"
_FEW_ROWS: Final = 100_000
_ROWS_A_BYTE: Final = 8


def stage_source(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    facts: TextFacts | None,
    wanted: Wanted,
    place: Scratch,
) -> Staged:
    """Read a file, all columns as text; the format goes by its name.

    `facts` are those of a text. `place` takes copies of the file and its records, and must stay until
    its rows are loaded. Raises UnreadableFileError where it is no file of its format, and UnusableInputError
    where DuckDB gave up half-way, after which the transaction cannot go on.
    """
    path = _with_utf8_name(path, place)
    try:
        if facts is None:
            is_parquet = format_of(path) == "parquet"
            return _stage_parquet(con, path, wanted, place) if is_parquet else stage_xlsx(con, path, wanted)
        text = plain_text(path, facts, place)
        if format_of(path) == "jsonl":
            return stage_jsonl(con, text, wanted.known, tuple(sorted(wanted.statuses)), place)
        return stage_csv(con, text, wanted.known, place)
    except ValueError as error:
        raise UnreadableFileError(as_message(error)) from error
    except duckdb.Error as error:
        raise given_up(path, error) from error


def _with_utf8_name(path: Path, place: Scratch) -> Path:
    """Return a path that DuckDB can be told: a link to the file, where its own is no UTF-8."""
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
        Message(
            "{path}: cannot be read ({error}). Take the file away, or repair it, and run again.",
            path=path,
            error=_first_line(error),
        )
    )


def stage_table(con: duckdb.DuckDBPyConnection, rows: pa.Table, places: pl.DataFrame | None) -> Staged:
    """Put rows into `staged`, all columns as text; `places` tells the file and line of each of them."""
    columns = tuple(rows.column_names)
    con.register("given_rows", rows)
    try:
        sql.run(con, "ingest/stage/stage_relation", columns=columns, relation="given_rows", has_record=False)
    finally:
        con.unregister("given_rows")
    return Staged(columns=columns, places=places)


def _stage_parquet(con: duckdb.DuckDBPyConnection, path: Path, wanted: Wanted, place: Scratch) -> Staged:
    """Read it twice: an error would end the transaction, so another connection reads first."""
    with con.cursor() as trial:
        try:
            ((rows,),) = sql.run(trial, "ingest/parquet/count_parquet_rows", path=path)
            _require_bounded(path, int(rows))
            described = sql.run(trial, "ingest/parquet/describe_parquet", path=path)
            sql.run(trial, "ingest/parquet/check_parquet", path=path)
            taken = [name for name, *_ in described if name.casefold() == _ROW_NUMBER]
            if taken:
                path, whole = place.folder / "renamed.parquet", path
                sql.run(trial, "ingest/parquet/copy_parquet_without", path=whole, copy=path, column=taken[0])
                described = sql.run(trial, "ingest/parquet/describe_parquet", path=path)
        except duckdb.Error as error:
            raise UnreadableFileError(
                Message("not a readable parquet file ({error})", error=_first_line(error))
            ) from error
    names = clean_header(_own_names(path, [name for name, *_ in described]), wanted.known)
    columns = [
        {
            "source": source,
            "kind": kind,
            "is_wrong_type": name in wanted.known and _is_wrong_type(kind, is_status=name in wanted.statuses),
        }
        for (source, kind, *_), name in zip(described, names, strict=True)
    ]
    sql.run(con, "ingest/stage/stage_parquet", path=path, columns=columns)
    return Staged(
        columns=tuple(names),
        relation="staged_parquet",
        row_number="staged.file_row_number",
        kinds=tuple(kind for _, kind, *_ in described),
    )


def _own_names(path: Path, described: list[str]) -> list[str]:
    """Return the columns as the file calls them: of two that differ in case DuckDB calls one Amount_1."""
    try:
        names = list(parquet.read_schema(path).names)
    except (pa.ArrowException, OSError):
        return described
    return names if len(names) == len(described) else described


def _require_bounded(path: Path, rows: int) -> None:
    """Raise UnreadableFileError where a row takes less than a bit: rows that name something take more."""
    if rows > _FEW_ROWS and rows > _ROWS_A_BYTE * path.stat().st_size:
        raise UnreadableFileError(
            Message("it has {rows} rows in {size} bytes", rows=rows, size=path.stat().st_size),
            "too_large",
        )


def _is_wrong_type(kind: str, *, is_status: bool) -> bool:
    nested = kind.startswith(("STRUCT", "MAP", "UNION", "VARIANT")) or kind.endswith("]")
    is_text = kind == "VARCHAR" or kind.startswith("ENUM")
    return nested or (is_status and not is_text)


def _first_line(problem: object) -> str:
    return str(problem).strip().split("\n", 1)[0]
