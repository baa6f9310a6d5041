"""Rows that cannot be used: each is kept with feed, file, line, reason and the row itself.

What belongs here: turning broken and untyped records into `rejected_rows`. What does not: deciding what is
readable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.rejection_kinds import require_known
from orderhealth_pipeline.ingest.staged import BROKEN_RECORDS, KEPT_ROWS, REJECTIONS_SCHEMA, Staged
from orderhealth_pipeline.ingest.text.line_numbers import Numbers, RecordLines, empty_lines, lines_of_records
from orderhealth_pipeline.ingest.values.typing import REASONS
from orderhealth_pipeline.sql import statement

_COUNTED_SCHEMA: Final = pl.Schema({**REJECTIONS_SCHEMA, "rows": pl.Int64()})
"""Each stands for so many `rows`: one, or all that are not kept by themselves."""

_ONE: Final = pl.lit(1, pl.Int64)


def whole_file(kind: str, reason: str) -> pl.DataFrame:
    """Reject a whole file."""
    rejected = [(None, None, kind, None, reason, None, 1)]
    return pl.DataFrame(rejected, schema=_COUNTED_SCHEMA, orient="row")


def rejections_of(
    con: duckdb.DuckDBPyConnection,
    staged: Staged,
    conflicts: pl.DataFrame,
    *,
    has_bad_rows: bool,
) -> pl.DataFrame:
    """List what of the file did not become a row, the rows of odd_rows that are not good, and `conflicts`.

    The first KEPT_ROWS of a file are kept one by one, and the others counted by kind: see `_counted`.
    """
    records = [each for each in (staged.broken, conflicts) if each.height]
    if has_bad_rows:
        records.append(_untyped_rows(con, staged))
    if not records and staged.bad_lines.is_empty():
        return pl.DataFrame(schema=_COUNTED_SCHEMA)
    found = pl.concat(records, how="diagonal") if records else pl.DataFrame(schema=BROKEN_RECORDS)
    return _counted(_with_lines(con, staged, found))


def _counted(rejections: pl.DataFrame) -> pl.DataFrame:
    """Keep of every file the first KEPT_ROWS, and of each kind one more that says how many others there are.

    That stands on the line of the first of them.
    """
    counted = rejections.select(_COUNTED_SCHEMA.names())
    if rejections["rows"].sum() <= KEPT_ROWS:
        return counted
    position = pl.col("line").rank("ordinal").over("file")
    has_text = pl.col("row").is_not_null()
    is_kept = counted.select(is_kept=(position <= KEPT_ROWS) & has_text)["is_kept"]
    others = (
        counted.filter(~is_kept)
        .group_by("file", "kind")
        .agg(pl.col("line").min(), pl.col("rows").sum())
        .with_columns(
            column_name=pl.lit(None, pl.String),
            reason=pl.format("{} more rows, of which the texts are not kept", "rows"),
            row=pl.lit(None, pl.String),
        )
        .select(_COUNTED_SCHEMA.names())
    )
    return pl.concat([counted.filter(is_kept), others.sort("line", "kind")])


def _untyped_rows(con: duckdb.DuckDBPyConnection, staged: Staged) -> pl.DataFrame:
    """List them with their texts, as many as are kept, and behind them the kinds of the others."""
    untyped: pl.DataFrame = sql.read(
        con,
        "ingest/typed_rows/select_untyped_rows",
        reasons=REASONS,
        most=KEPT_ROWS,
        is_of_several=staged.places is not None,
        names=staged.columns,
        has_record=staged.has_record,
        has_source=staged.has_source,
        relation=staged.relation,
        row_number=staged.row_number,
    )
    return untyped.cast({"record": pl.Int64(), "rows": pl.Int64()})


def unread_lines(con: duckdb.DuckDBPyConnection, staged: Staged) -> pl.DataFrame:
    """List what of the file did not become a row of `staged`."""
    return _counted(_with_lines(con, staged, staged.broken))


@dataclass
class Quarantine:
    """The rejections that stand: the files (by feed and name) that have some, as long as files are loaded.

    A rejection stands until its file is loaded without it, or another file has brought the row.
    """

    con: duckdb.DuckDBPyConnection
    as_of: datetime
    files: set[tuple[str, str]]

    def reject(self, file: FeedFile, rejections: pl.DataFrame) -> None:
        """Let the rejections of a file stand, and no others of it; each is kept once."""
        place = {"feed": file.feed, "file": file.name}
        if (file.feed, file.name) in self.files:
            sql.run(self.con, "ingest/loads/lay_down_rejections", place)
            self.files.discard((file.feed, file.name))
        if rejections.is_empty():
            return
        require_known(rejections["kind"].unique())
        self.files.add((file.feed, file.name))
        self.con.register("newly_rejected", rejections)
        try:
            sql.run(self.con, "ingest/loads/stand_again", place)
            sql.run(self.con, "ingest/typed_rows/insert_rejected_rows", {**place, "as_of": self.as_of})
        finally:
            self.con.unregister("newly_rejected")

    def reject_of_several(self, file: FeedFile, rejections: pl.DataFrame) -> None:
        """Let the rejections of rows that come from several files stand, each with the file it is of."""
        named = rejections.with_columns(pl.col("file").fill_null(file.name))
        before = {name for feed, name in self.files if feed == file.feed}
        for name in sorted({*named["file"], *before}):
            self.reject(replace(file, name=name), named.filter(file=name))

    def lay_down_brought(
        self, feed: str, file: str, contract: FeedContract, *, rows: int | None = None
    ) -> None:
        """Let what other files of the feed had rejected stand no more where typed_rows has brought it.

        Of typed_rows the first `rows` have been loaded, or all.
        """
        if not any(other == feed and name != file for other, name in self.files):
            return
        identifiers = [name for name in contract.key if name in contract.of_type("identifier")]
        query = statement(
            "ingest/loads/lay_down_brought_rows", identifiers=identifiers, may_be_empty=contract.may_be_empty
        )
        self.con.execute(query, {"feed": feed, "file": file, "rows": rows}).fetchall()


def open_quarantine(con: duckdb.DuckDBPyConnection, as_of: datetime) -> Quarantine:
    """Ask once which files have rejections that stand; `as_of` is the time of those to come."""
    return Quarantine(con, as_of, set(sql.run(con, "ingest/loads/select_standing_files")))


def _with_lines(con: duckdb.DuckDBPyConnection, staged: Staged, records: pl.DataFrame) -> pl.DataFrame:
    """Put physical lines in the place of record numbers; by line. A record without `rows` is one row."""
    names = _COUNTED_SCHEMA.names()
    bad_lines = staged.bad_lines.with_columns(pl.col("line") + staged.lines_before, rows=_ONE)
    counted = pl.coalesce("rows", _ONE) if "rows" in records.columns else _ONE
    records = records.with_columns(rows=counted)
    if records.is_empty():
        return bad_lines
    nameless = records.with_columns(file=pl.lit(None, pl.String))
    if staged.places is not None:
        places = staged.places.select(pl.all().gather(records["record"]))
        return records.with_columns(file=places["file"], line=places["line"]).select(names)
    if staged.sheets:
        return _in_sheets(staged, records)
    if staged.text is None:
        return nameless.with_columns(line=pl.col("record") + staged.first_line).select(names)
    layout = _layout(con, staged, staged.text)
    lines = lines_of_records(records["record"].to_numpy(), layout) + staged.lines_before
    found = [nameless.with_columns(line=pl.Series(lines, dtype=pl.Int64)).select(names), bad_lines]
    return pl.concat(found).sort("line", maintain_order=True)


def lines_of_rows(con: duckdb.DuckDBPyConnection, staged: Staged, rows: Numbers) -> Numbers:
    """Return the physical line on which each of some rows (their numbers, from 0) starts."""
    if staged.sheets:
        firsts = np.array([sheet.first_record for sheet in staged.sheets], dtype=np.int64)
        return rows - firsts[np.searchsorted(firsts, rows, side="right") - 1] + staged.first_line
    if staged.text is None:
        return rows + staged.first_line
    return lines_of_records(rows, _layout(con, staged, staged.text)) + staged.lines_before


def _layout(con: duckdb.DuckDBPyConnection, staged: Staged, text: Path) -> RecordLines:
    """Return which lines of a text are empty, and which of its records are not one line."""
    long, long_lines = _long_records(con, staged)
    return RecordLines(
        first_line=staged.first_line,
        empty=np.empty(0, dtype=np.int64) if staged.has_record else empty_lines(text),
        long=long,
        long_lines=long_lines,
    )


def _in_sheets(staged: Staged, records: pl.DataFrame) -> pl.DataFrame:
    """Count lines within each sheet; where there are several, the reason says in which."""
    sheets = pl.DataFrame(
        [(sheet.first_record, sheet.name) for sheet in staged.sheets],
        schema={"first_record": pl.Int64(), "sheet": pl.String()},
        orient="row",
    )
    found = records.sort("record").join_asof(
        sheets, left_on="record", right_on="first_record", coalesce=False
    )
    reason = pl.format("sheet '{}': {}", "sheet", "reason") if len(staged.sheets) > 1 else pl.col("reason")
    return found.with_columns(
        file=pl.lit(None, pl.String),
        line=pl.col("record") - pl.col("first_record") + staged.first_line,
        reason=reason,
    ).select(_COUNTED_SCHEMA.names())


def _long_records(
    con: duckdb.DuckDBPyConnection, staged: Staged
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    if staged.has_record:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    query = statement(
        "ingest/stage/select_long_records",
        width=len(staged.columns),
        relation=staged.relation,
        row_number=staged.row_number,
    )
    long = con.sql(query).pl()
    return long["record"].to_numpy(), long["lines"].to_numpy()
