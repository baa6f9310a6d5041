"""Rows that cannot be used: each is kept with feed, file, line, reason and the row itself.

What belongs here: turning broken and untyped records into `rejected_rows`. What does not: deciding what is
readable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.record_places import with_lines
from orderhealth_pipeline.ingest.rejection_kinds import require_known, told_by_words
from orderhealth_pipeline.ingest.staged import BROKEN_RECORDS, COUNTED_SCHEMA, KEPT_ROWS, Staged
from orderhealth_pipeline.ingest.values.typing import REASONS


def whole_file(kind: str, reason: str) -> pl.DataFrame:
    """Reject a whole file."""
    rejected = [(None, None, kind, None, reason, None, 1)]
    return pl.DataFrame(rejected, schema=COUNTED_SCHEMA, orient="row")


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
        return pl.DataFrame(schema=COUNTED_SCHEMA)
    found = pl.concat(records, how="diagonal") if records else pl.DataFrame(schema=BROKEN_RECORDS)
    return _counted(told_by_words(with_lines(con, staged, found)))


def _counted(rejections: pl.DataFrame) -> pl.DataFrame:
    """Keep of every file the first KEPT_ROWS, and of each kind one more that says how many others there are.

    That stands on the line of the first of them.
    """
    counted = rejections.select(COUNTED_SCHEMA.names())
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
        .select(COUNTED_SCHEMA.names())
    )
    return pl.concat([counted.filter(is_kept), others.sort("line", "kind")])


def _untyped_rows(con: duckdb.DuckDBPyConnection, staged: Staged) -> pl.DataFrame:
    """List them with their texts, as many as are kept, and behind them the kinds of the others."""
    untyped: pl.DataFrame = sql.read(
        con,
        "ingest/typed_rows/select_untyped_rows",
        reasons=REASONS,
        most=KEPT_ROWS,
        is_of_several=staged.places is not None and staged.places["file"].n_unique() > 1,
        names=staged.columns,
        has_record=staged.has_record,
        has_source=staged.has_source,
        relation=staged.relation,
        row_number=staged.row_number,
    )
    return untyped.cast({"record": pl.Int64(), "rows": pl.Int64()})


def unread_lines(con: duckdb.DuckDBPyConnection, staged: Staged) -> pl.DataFrame:
    """List what of the file did not become a row of `staged`."""
    return _counted(told_by_words(with_lines(con, staged, staged.broken)))


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
        if (file.feed, file.name) in self.files:
            place = {"feed": file.feed, "file": file.name}
            sql.run(self.con, "ingest/loads/lay_down_rejections", place)
            self.files.discard((file.feed, file.name))
        self.reject_of_new_files(file.feed, rejections.with_columns(file=pl.lit(file.name)))

    def reject_of_new_files(self, feed: str, rejections: pl.DataFrame) -> None:
        """Let the rejections of files stand of which none stand yet."""
        if rejections.is_empty():
            return
        require_known(rejections["kind"].unique())
        self.files |= {(feed, file) for file in rejections["file"].unique()}
        with self._registered(rejections):
            sql.run(self.con, "ingest/loads/stand_again", {"feed": feed})
            sql.run(self.con, "ingest/typed_rows/insert_rejected_rows", {"feed": feed, "as_of": self.as_of})

    @contextmanager
    def _registered(self, rejections: pl.DataFrame) -> Iterator[None]:
        self.con.register("newly_rejected", rejections)
        try:
            yield
        finally:
            self.con.unregister("newly_rejected")

    def reject_of_several(
        self, file: FeedFile, rejections: pl.DataFrame, files: Collection[str] | None = None
    ) -> None:
        """Let the rejections of rows that come from several files stand, each with the file it is of.

        Those of files that are none of `files`, which were read, stay as they were; null: all were read.
        """
        named = rejections.with_columns(pl.col("file").fill_null(file.name))
        before = {name for feed, name in self.files if feed == file.feed and (files is None or name in files)}
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
        sql.run(
            self.con,
            "ingest/loads/lay_down_brought_rows",
            {"feed": feed, "file": file, "rows": rows},
            **_told_by(contract),
        )

    def find_first_brought(self, contract: FeedContract, rejections: pl.DataFrame) -> list[sql.Row]:
        """Find the first row of typed_rows that a file of small_loads brings, and an earlier one lacks."""
        with self._registered(rejections):
            return sql.run(self.con, "ingest/new_rows/find_first_brought_row", **_told_by(contract))


def _told_by(contract: FeedContract) -> dict[str, object]:
    """Say which values of a rejected row tell what it would have been: the identifiers of its key."""
    identifiers = [name for name in contract.key if name in contract.of_type("identifier")]
    return {"identifiers": identifiers, "may_be_empty": contract.may_be_empty}


def open_quarantine(con: duckdb.DuckDBPyConnection, as_of: datetime) -> Quarantine:
    """Ask once which files have rejections that stand; `as_of` is the time of those to come."""
    return Quarantine(con, as_of, set(sql.run(con, "ingest/loads/select_standing_files")))
