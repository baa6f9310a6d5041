"""Small CSV files of one feed with one header, loaded together as far as nothing in them needs a look.

What belongs here: which files these are, and what stands in the store after them: the same as if each had
been loaded by itself. What does not: files of which a row is rejected, or says of a key what another one said
(ingest/load.py).

A statement takes milliseconds, however few rows it is for, and a file takes some twenty of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import duckdb
import numpy as np
import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.conflicts import find_conflicts
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.files.file_facts import FileFacts, open_text_bytes
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.files.scratch import Scratch, scratch
from orderhealth_pipeline.ingest.insert import find_known
from orderhealth_pipeline.ingest.loaded_file import Fingerprint, LoadedFile
from orderhealth_pipeline.ingest.quarantine import Quarantine
from orderhealth_pipeline.ingest.row_order import in_any_order
from orderhealth_pipeline.ingest.staged import Staged
from orderhealth_pipeline.ingest.text.line_numbers import Numbers
from orderhealth_pipeline.ingest.text.plain_text import PlainText, plain_pieces
from orderhealth_pipeline.ingest.text.stage_csv import stage_csv
from orderhealth_pipeline.ingest.values.typing import create_typed_rows
from orderhealth_pipeline.sql import statement

TOGETHER: Final = 256
"""So many files at most are loaded together: their texts are held, and one with a fault costs the others."""

_SMALL_BYTES: Final = 1 << 16
_ALONE: Final = 8
"""Where files have faults one behind the other, so many go by themselves before others are tried."""


@dataclass(frozen=True)
class SmallFile:
    """A file, what is known of it before it is read, and its text: UTF-8, in lines that end in line feeds."""

    file: FeedFile
    facts: FileFacts
    fingerprint: Fingerprint
    text: bytes

    @property
    def header(self) -> bytes:
        """Its first line."""
        return self.text[: self.text.index(b"\n") + 1]

    @property
    def rows(self) -> int:
        """The lines behind the first one."""
        return self.text.count(b"\n") - 1

    def goes_with(self, other: SmallFile) -> bool:
        """Say whether both can be one text."""
        return (
            self.file.feed == other.file.feed
            and self.fingerprint.zone == other.fingerprint.zone
            and self.header == other.header
        )


def small_file(file: FeedFile, facts: FileFacts, fingerprint: Fingerprint) -> SmallFile | None:
    """Read a file, where it is a CSV text that can stand behind others; None where it is not.

    Lines must be told without the quotes in them, so a header over several lines is none, and neither is a
    text with empty lines.
    """
    if file.format != "csv" or facts.text is None or facts.size > _SMALL_BYTES:
        return None
    with open_text_bytes(file.path) as source:
        pieces = plain_pieces(source, facts.text, {})
        text = b"".join(islice(pieces, 3))
        is_whole = next(pieces, None) is None
    if not is_whole or not 0 < len(text) <= 4 * _SMALL_BYTES:
        return None
    text = text if text.endswith(b"\n") else text + b"\n"
    header = text[: text.index(b"\n")]
    if header.count(b'"') % 2 or text.startswith(b"\n") or b"\n\n" in text:
        return None
    return SmallFile(file, facts, fingerprint, text)


def load_small_files(
    kept: Quarantine,
    files: Sequence[SmallFile],
    contract: FeedContract,
    load_alone: Callable[[SmallFile], LoadedFile],
) -> Iterator[LoadedFile]:
    """Load files that go with each other, in their order; `load_alone` takes those that need a look."""
    at, size = 0, TOGETHER
    while at < len(files):
        tried = files[at : at + size]
        done = _load_first(kept, tried, contract) if len(tried) > 1 else 0
        yield from (LoadedFile(each.file.feed, each.file.name, each.rows, each.rows) for each in tried[:done])
        at += done
        if done == len(tried):
            size = min(2 * size, TOGETHER)
            continue
        alone = files[at : at + (1 if size > 1 else _ALONE)]
        yield from map(load_alone, alone)
        at += len(alone)
        size = max(1, size // 4, done) if size > 1 else _ALONE


def _load_first(kept: Quarantine, files: Sequence[SmallFile], contract: FeedContract) -> int:
    """Load files from the first one to the one before the first that needs a look, and say how many."""
    con, feed = kept.con, files[0].file.feed
    kept_before = (at for at, each in enumerate(files) if (feed, each.file.name) in kept.files)
    files = files[: next(kept_before, len(files))]
    if len(files) <= 1:
        return 0
    firsts = np.cumsum([0, *(each.rows for each in files)])
    with scratch(con) as place:
        staged = _staged(con, files, int(firsts[-1]), contract, place)
        if staged is None:
            return 0
        sql.run(con, "schema/kept/create_feed", feed=feed, columns=contract.columns)
        count = statement("ingest/loads/count_before_load", feed=feed, relation=staged.relation)
        zone = files[0].fingerprint.zone
        ((load_number, known, _, in_other_zones),) = con.execute(
            count, {"feed": feed, "zone": zone}
        ).fetchall()
        if in_other_zones:
            return 0
        typed = create_typed_rows(con, contract, staged)
        loads = _loads(files, firsts, load_number)
        con.register("small_loads", loads)
        try:
            row = _first_in_need(kept, feed, contract, staged, has_bad_rows=typed.bad > 0, known=known)
            done = len(files) if row is None else int(np.searchsorted(firsts, row, side="right")) - 1
            if done > 0:
                _insert(kept, files[:done], contract, staged, load_number + done)
        finally:
            con.unregister("small_loads")
        return done


def _staged(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[SmallFile],
    rows: int,
    contract: FeedContract,
    place: Scratch,
) -> Staged | None:
    """Stage files as one text; None where not every line of it is a record, or the header lacks a column."""
    text = place.folder / "small_files.csv"
    text.write_bytes(b"".join([files[0].header, *(each.text[len(each.header) :] for each in files)]))
    try:
        staged = stage_csv(con, PlainText(text, rows + 1), frozenset(contract.columns), place)
    except (UnreadableFileError, ValueError, duckdb.Error):
        return None
    is_whole = staged.records is not None and staged.records.num_rows == rows and staged.bad_lines.is_empty()
    has_all = set(contract.required) <= set(staged.columns)
    return staged if is_whole and has_all and staged.first_line == 2 else None  # noqa: PLR2004


def _loads(files: Sequence[SmallFile], firsts: Numbers, load_number: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "load_number": np.arange(load_number, load_number + len(files), dtype=np.int32),
            "first_row": firsts[:-1].astype(np.int64),
            "rows": np.diff(firsts).astype(np.int64),
            "file": [each.file.name for each in files],
            "order_key": [each.file.order_key for each in files],
            "content_hash": [each.fingerprint.content_hash for each in files],
            "stamp": pl.Series([each.fingerprint.stamp for each in files], dtype=pl.String),
        }
    )


def _first_in_need(
    kept: Quarantine,
    feed: str,
    contract: FeedContract,
    staged: Staged,
    *,
    has_bad_rows: bool,
    known: int,
) -> int | None:
    """Tell the first row that is rejected, in a conflict, or of a key and version that was there before."""
    con = kept.con
    asked = [statement("ingest/new_rows/find_first_row_again", version_key=contract.version_key)]
    if has_bad_rows:
        asked.append(statement("ingest/typed_rows/find_first_bad_row"))
    if known and find_known(con, feed, contract):
        asked.append(statement("ingest/new_rows/find_first_known_row"))
    found = [row for query in asked for (row,) in con.execute(query).fetchall()]
    conflicts = find_conflicts(con, feed, contract, staged)
    found += conflicts["record"].to_list()
    return min((row for row in found if row is not None), default=None)


def _insert(
    kept: Quarantine, files: Sequence[SmallFile], contract: FeedContract, staged: Staged, end: int
) -> None:
    """Insert the rows of the loads before `end`, and these loads."""
    con, feed = kept.con, files[0].file.feed
    insert = statement("ingest/loads/insert_small_files", feed=feed, columns=tuple(contract.columns))
    with in_any_order(con):
        con.execute(insert, {"end": end}).fetchall()
    kept.lay_down_brought(feed, "", contract, rows=sum(each.rows for each in files))
    sql.run(
        con,
        "ingest/loads/insert_small_loads",
        {
            "feed": feed,
            "zone": files[0].fingerprint.zone,
            "columns": [column for column in staged.columns if column in contract.columns],
            "loaded_at": kept.as_of,
            "end": end,
        },
        feed=feed,
        instants=contract.of_type("instant"),
    )
