"""What has been read of one file: its records as text, under the names c1, c2, ...

What belongs here: the description that readers hand over. What does not: reading (stage_*.py) and typing
(typing.py). The columns have numbers for names, because a file may call its own columns anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa

from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.text.table_place import TablePlace
from orderhealth_pipeline.ingest.values.characters import without_invisible
from orderhealth_pipeline.messages import Message

_REJECTION: Final = {
    "kind": pl.String(),
    "column_name": pl.String(),
    "reason": pl.String(),
    "row": pl.String(),
}
"""Why a row is rejected: a kind of rejection_kinds.yml, the column it is about if it is about one, and the
reason, without contents of the row; then the row, as JSON."""

BROKEN_RECORDS: Final = pl.Schema({"record": pl.Int64(), **_REJECTION})
KEPT_ROWS: Final = 1_000
"""So many rejected rows of a file at most are kept with their texts: more than anybody reads, and those of a
large file that is all wrong take gigabytes. Of the others it is kept how many there are of each kind."""

REJECTIONS_SCHEMA: Final = pl.Schema({"file": pl.String(), "line": pl.Int64(), **_REJECTION})
"""One row per rejected row of one file, which `file` names where rows of several files were read together.

Line and row are null where the whole file is rejected."""

COUNTED_SCHEMA: Final = pl.Schema({**REJECTIONS_SCHEMA, "rows": pl.Int64()})
"""Each stands for so many `rows`: one, or all that are not kept by themselves."""

_BETWEEN_WORDS: Final = re.compile(r"[\s\-]+")
_ROW_NUMBER: Final = "(staged.rowid - (select min(rowid) from staged))"
"""Row ids inside a transaction do not start at 0."""


def _nothing_broken() -> pl.DataFrame:
    return pl.DataFrame(schema=BROKEN_RECORDS)


def _nothing_unread() -> pl.DataFrame:
    return pl.DataFrame(schema=COUNTED_SCHEMA)


def _no_bad_lines() -> pl.DataFrame:
    return pl.DataFrame(schema=REJECTIONS_SCHEMA)


@dataclass(frozen=True)
class Wanted:
    """The columns that are looked for in a file, and what is known of them before their types are read.

    `required` ones make a header the feed's. Of `identifiers` no digit may be lost, `statuses` must be texts
    in a format with types. In `undated` ones a spreadsheet's date or truth value is no value: it was another
    text before, such as 3-5. Values of `typed` columns are never passed over as texts. `place` is where the
    table is in a spreadsheet.
    """

    known: frozenset[str]
    required: frozenset[str] = frozenset()
    identifiers: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    undated: frozenset[str] = frozenset()
    typed: frozenset[str] = frozenset()
    place: TablePlace = field(default_factory=TablePlace)

    @classmethod
    def of(cls, contract: FeedContract) -> Wanted:
        """Look for the columns of a feed."""
        required = frozenset(contract.required)
        texts = frozenset(contract.of_type("text")) - required
        return cls(
            known=frozenset(contract.columns),
            required=required,
            identifiers=frozenset(contract.of_type("identifier")),
            undated=frozenset(contract.of_type("identifier")),
            statuses=frozenset(contract.of_type("status")),
            typed=frozenset(contract.columns) - texts,
        )


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, and the number of its first record."""

    name: str
    first_record: int


@dataclass(frozen=True)
class Staged:
    """The columns of the file by position, where its records are, and what of it could not become one.

    `broken` are records that are no row: their number (from 0), and why they are rejected. `bad_lines` are
    lines of a text that are not even a record. `first_line` is the line of the first record. `text` is what
    was read, where its records have to be looked up in its lines: empty ones stand in place of bad ones.
    With `has_record` the rows carry the number of their record, else they are numbered through. `has_source`
    says that they carry the record as it came, as JSON.

    `relation` is what holds the rows: the temporary table `staged`, what a scratch holds, or, where a format
    with types is not copied, a view of the file. Then `kinds` are the types of its columns, which it has
    under the names n1, n2, ..., too. `row_number` numbers the rows, from 0. `records` are the rows that a
    scratch holds. `sheets` are the parts of a file whose lines are numbered anew in each. `places` (file,
    line) tells, row by row, where the rows come from, if not from one file. `lines_before` of the file are
    not in `text`. `unread` are rejections of these files besides, which no statement saw.
    """

    columns: tuple[str, ...]
    first_line: int = 1
    broken: pl.DataFrame = field(default_factory=_nothing_broken)
    bad_lines: pl.DataFrame = field(default_factory=_no_bad_lines)
    text: Path | None = None
    has_record: bool = False
    has_source: bool = False
    relation: str = "staged"
    row_number: str = _ROW_NUMBER
    kinds: tuple[str, ...] = ()
    records: pa.Table | None = None
    sheets: tuple[Sheet, ...] = ()
    places: pl.DataFrame | None = None
    unread: pl.DataFrame = field(default_factory=_nothing_unread)
    lines_before: int = 0

    def raw(self, column: str) -> str | None:
        """Name the column of `staged` that holds a column of the file, or None where the file lacks it."""
        return f"staged.c{self.columns.index(column) + 1}" if column in self.columns else None

    def native(self, column: str) -> tuple[str, str] | None:
        """Name the column that holds it with the type of the file, and that type; None where it has none."""
        if not self.kinds or column not in self.columns:
            return None
        number = self.columns.index(column)
        return f"staged.n{number + 1}", self.kinds[number]


def header_name(name: str, known: frozenset[str]) -> str:
    """Return a name of the header: nothing invisible, no blanks around it, no capitals.

    `Order ID` and `order-id` are `order_id`, where that is what is looked for.
    """
    plain = without_invisible(name).casefold()
    in_words = _BETWEEN_WORDS.sub("_", plain)
    return in_words if plain not in known and in_words in known else plain


def clean_header(names: list[str], known: frozenset[str]) -> list[str]:
    """Make the header's names comparable (header_name), none twice.

    Raises ValueError where a column that is looked for is there twice.
    """
    cleaned: list[str] = []
    for number, name in enumerate(names, start=1):
        plain = header_name(name, known) or f"column_{number}"
        if plain in cleaned:
            if plain in known:
                raise ValueError(Message("the header names a column twice: {plain}", plain=plain))
            plain = f"{plain}_{number}"
        cleaned.append(plain)
    return cleaned
