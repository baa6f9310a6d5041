"""Small files as one text: their rows, what of them is rejected, and their loads.

What belongs here: what stands in the store after files that go with each other: the same as if each had been
loaded by itself. What does not: which files these are (small_files.py), and rows of which the store must be
asked what they say again (ingest/load.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import duckdb
import numpy as np
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.conflicts import find_conflicts
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import Scratch, scratch
from orderhealth_pipeline.ingest.insert import find_known
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.ingest.quarantine import Quarantine, rejections_of
from orderhealth_pipeline.ingest.rejection_kinds import kinds_of_no_record, told_by_words
from orderhealth_pipeline.ingest.row_order import in_any_order
from orderhealth_pipeline.ingest.second_header import find_second_header
from orderhealth_pipeline.ingest.staged import BROKEN_RECORDS, KEPT_ROWS, Staged
from orderhealth_pipeline.ingest.text.line_numbers import Numbers
from orderhealth_pipeline.ingest.text.plain_text import PlainText
from orderhealth_pipeline.ingest.text.small_file import SmallFile
from orderhealth_pipeline.ingest.text.stage_csv import stage_csv
from orderhealth_pipeline.ingest.values.typing import create_typed_rows

_FIRST_LINE: Final = 2
"""Where the first record of a file stands: below its header, which is one line."""


@dataclass(frozen=True)
class _Batch:
    """Files as one text, what is staged of it, and where in it the lines are that are no record.

    Lines are numbered from 0 through all files, without headers. A record is a line.
    """

    files: Sequence[SmallFile]
    staged: Staged
    bad_lines: Numbers

    @cached_property
    def first_lines(self) -> Numbers:
        """The first line of every file, and the one behind the last."""
        return np.cumsum([0, *(each.rows for each in self.files)])

    @cached_property
    def first_records(self) -> Numbers:
        """The first record of every file, and the one behind the last."""
        return self.first_lines - np.searchsorted(self.bad_lines, self.first_lines)

    @cached_property
    def lines(self) -> Numbers:
        """The line of every record."""
        return np.setdiff1d(np.arange(self.first_lines[-1]), self.bad_lines, assume_unique=True)

    def files_of(self, lines: Numbers) -> Numbers:
        """Tell in which of the files lines are."""
        return np.searchsorted(self.first_lines, lines, side="right") - 1

    def places(self, lines: Numbers) -> pl.DataFrame:
        """Tell file and line of lines, as people count them."""
        of_file = self.files_of(lines)
        names = pl.Series("file", [each.file.name for each in self.files], dtype=pl.String)
        return pl.DataFrame(
            {"file": names.gather(of_file), "line": lines - self.first_lines[of_file] + _FIRST_LINE}
        )


def load_first(kept: Quarantine, files: Sequence[SmallFile], contract: FeedContract) -> list[LoadedFile]:
    """Load files from the first one to the one before the first that needs a look."""
    con, feed = kept.con, files[0].file.feed
    kept_before = (at for at, each in enumerate(files) if (feed, each.file.name) in kept.files)
    files = files[: next(kept_before, len(files))]
    if len(files) <= 1:
        return []
    with scratch(con) as place:
        batch = _staged(con, files, contract, place)
        if batch is None:
            return []
        sql.run(con, "schema/kept/create_feed", feed=feed, columns=contract.columns)
        ((load_number, known, _, in_other_zones),) = sql.run(
            con,
            "ingest/loads/count_before_load",
            {"feed": feed, "zone": files[0].fingerprint.zone},
            feed=feed,
            relation=batch.staged.relation,
        )
        if in_other_zones:
            return []
        typed = create_typed_rows(con, contract, batch.staged)
        if typed.bad and find_second_header(con, batch.staged, contract) is not None:
            return []
        rejections = _rejections(con, batch, has_bad_rows=typed.bad > 0)
        loads = _loads(batch, rejections, load_number)
        con.register("small_loads", loads)
        try:
            done = _count_first(kept, batch, contract, rejections, known=known)
            if done > 0:
                _insert(kept, batch, contract, end=load_number + done, lines=int(batch.first_records[done]))
        finally:
            con.unregister("small_loads")
        loads = loads.head(done)
        kept.reject_of_new_files(feed, rejections.join(loads, on="file", how="semi"))
        counts = loads.select("file", "rows", "new_rows", "rejected_rows").iter_rows()
        return [LoadedFile(feed, *of_file) for of_file in counts]


def _staged(
    con: duckdb.DuckDBPyConnection, files: Sequence[SmallFile], contract: FeedContract, place: Scratch
) -> _Batch | None:
    """Stage files as one text; None where a record is not one line, or the header lacks a column."""
    text = place.folder / "small_files.csv"
    text.write_bytes(b"".join([files[0].header, *(each.text[len(each.header) :] for each in files)]))
    rows = sum(each.rows for each in files)
    try:
        staged = stage_csv(con, PlainText(text, rows + 1), frozenset(contract.columns), place)
    except (UnreadableFileError, ValueError, duckdb.Error):
        return None
    bad_lines = staged.bad_lines["line"].to_numpy() - _FIRST_LINE
    is_whole = staged.records is not None and staged.records.num_rows + len(bad_lines) == rows
    has_all = set(contract.required) <= set(staged.columns)
    is_sound = is_whole and has_all and staged.first_line == _FIRST_LINE
    return _Batch(files, staged, bad_lines) if is_sound else None


def _rejections(con: duckdb.DuckDBPyConnection, batch: _Batch, *, has_bad_rows: bool) -> pl.DataFrame:
    """List what of the files is rejected for its own sake, with file and line."""
    bad_lines = batch.staged.bad_lines
    nothing = pl.DataFrame(schema=BROKEN_RECORDS)
    records = replace(batch.staged, bad_lines=bad_lines.clear())
    if has_bad_rows:
        records = replace(records, places=batch.places(batch.lines))
    rejected = rejections_of(con, records, nothing, has_bad_rows=has_bad_rows)
    of_lines = bad_lines.with_columns(batch.places(batch.bad_lines), rows=pl.lit(1, pl.Int64))
    return pl.concat([rejected, told_by_words(of_lines.select(rejected.columns))])


def _loads(batch: _Batch, rejections: pl.DataFrame, load_number: int) -> pl.DataFrame:
    """Describe the load of each of the files, with the number of its first record."""
    files = batch.files
    loads = pl.DataFrame(
        {
            "load_number": np.arange(load_number, load_number + len(files), dtype=np.int32),
            "first_row": batch.first_records[:-1].astype(np.int64),
            "records": np.diff(batch.first_records).astype(np.int64),
            "rows": np.diff(batch.first_lines).astype(np.int64),
            "file": [each.file.name for each in files],
            "order_key": [each.file.order_key for each in files],
            "content_hash": [each.fingerprint.content_hash for each in files],
            "stamp": pl.Series([each.fingerprint.stamp for each in files], dtype=pl.String),
        }
    )
    is_none = pl.col("kind").is_in(kinds_of_no_record())
    rows = pl.col("rows")
    rejected = rejections.group_by("file").agg(
        rejected_rows=rows.sum(), totals_lines=rows.filter(is_none).sum()
    )
    counted = loads.join(rejected, on="file", how="left", maintain_order="left")
    rejected_rows = pl.col("rejected_rows").fill_null(0)
    return counted.with_columns(
        rejected_rows, pl.col("totals_lines").fill_null(0), new_rows=rows - rejected_rows
    )


def _count_first(
    kept: Quarantine, batch: _Batch, contract: FeedContract, rejections: pl.DataFrame, *, known: int
) -> int:
    """Count the files before the first that needs a look.

    That is one with a row in a conflict, or of a key and version that was there before, or one that brings
    what an earlier one lacks; and one with which more is rejected than is kept of a file.
    """
    con, feed = kept.con, batch.files[0].file.feed
    found = [sql.run(con, "ingest/new_rows/find_first_row_again", version_key=contract.version_key)]
    if known and find_known(con, feed, contract):
        found.append(sql.run(con, "ingest/new_rows/find_first_known_row"))
    if rejections.height:
        found.append(kept.find_first_brought(contract, rejections))
    rows = [row for ((row,),) in found if row is not None]
    rows += find_conflicts(con, feed, contract, batch.staged)["record"].to_list()
    ends = [int(batch.files_of(batch.lines[[min(rows)]])[0])] if rows else []
    if rejections["rows"].sum() > KEPT_ROWS:
        ends.append(_count_within_bounds(batch, rejections))
    return min([len(batch.files), *ends])


def _count_within_bounds(batch: _Batch, rejections: pl.DataFrame) -> int:
    """Count the files before the one with which more is rejected than is kept with its texts."""
    names = pl.DataFrame({"file": [each.file.name for each in batch.files]})
    rejected = rejections.group_by("file").agg(pl.col("rows").sum())
    counts = names.join(rejected, on="file", how="left", maintain_order="left")["rows"].fill_null(0)
    return int((counts.cum_sum() <= KEPT_ROWS).sum())


def _insert(kept: Quarantine, batch: _Batch, contract: FeedContract, *, end: int, lines: int) -> None:
    """Insert the rows of the loads before `end`, which are those before `lines`, and these loads."""
    con, first = kept.con, batch.files[0]
    with in_any_order(con):
        sql.run(
            con,
            "ingest/loads/insert_small_files",
            {"end": end},
            feed=first.file.feed,
            columns=tuple(contract.columns),
        )
    kept.lay_down_brought(first.file.feed, "", contract, rows=lines)
    sql.run(
        con,
        "ingest/loads/insert_small_loads",
        {
            "feed": first.file.feed,
            "zone": first.fingerprint.zone,
            "columns": [column for column in batch.staged.columns if column in contract.columns],
            "loaded_at": kept.as_of,
            "end": end,
        },
        feed=first.file.feed,
        instants=contract.of_type("instant"),
    )
