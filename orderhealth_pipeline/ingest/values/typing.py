"""The typed view of the staged records: which macro reads which column, and what is said when it cannot.

What belongs here: the bridge from a feed's contract to the statements of `sql/ingest`. What does not: file
formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import MOST, ColumnContract, ColumnType, FeedContract
from orderhealth_pipeline.ingest.staged import Staged
from orderhealth_pipeline.ingest.values.characters import BLANKS, INVISIBLE, as_class
from orderhealth_pipeline.ingest.values.no_identifier import no_identifier
from orderhealth_pipeline.ingest.values.no_time import no_time
from orderhealth_pipeline.ingest.values.plain_values import plain_rows
from orderhealth_pipeline.sql import statement

_MACROS: Final = (
    "values/create_read_text",
    "values/create_read_bare",
    "values/create_says_no_identifier",
    "values/create_read_identifier",
    "values/create_is_number",
    "values/create_read_number",
    "values/create_read_flag",
    "values/create_read_status",
    "instants/create_four_digit_year",
    "instants/create_written_instant",
    "instants/create_instant_of",
    "instants/create_says_no_time",
    "instants/create_says_no_day",
    "instants/create_read_instant",
    "instants/create_read_day",
    "values/create_unreadable_identifier_kind",
    "instants/create_unreadable_instant_kind",
    "values/create_unreadable_number_kind",
    "values/create_exact_text",
)
REASONS: Final = {
    "missing_value": "required, but empty",
    "says_none": "required, but it says that there is none",
    "unreadable_instant": "not an instant such as 2026-11-10T20:00:00+08:00 or 2026/11/10 20:00",
    "ambiguous_date": "a date that does not begin with its year can be misread; 2026-11-10 cannot",
    "unreadable_number": "not a number",
    "absurd_amount": "more than anybody sells",
    "unreadable_day": "not a date such as 1990-02-28",
    "digits_lost": "a spreadsheet shortened it to scientific notation, or a program rounded it",
    "error_cell": "a spreadsheet could not compute it",
}
"""What is said of a value by its fault, without the value: rows stand beside their reasons."""


@dataclass(frozen=True)
class _Reading:
    """How SQL reads values of a type, in steps, of which the later take what the earlier give.

    `written` makes of the text what it says, whoever wrote it; null where it says nothing. `read` makes a
    value of that, null where it cannot; `says_none` tells that what is written stands for nothing; `kind`
    names the fault of what cannot be read.
    """

    written: str
    read: str
    kind: str = ""
    says_none: str = ""


_INSTANT: Final = _Reading(
    "written_instant({raw})",
    "read_instant({written})",
    "unreadable_instant_kind({written})",
    "says_no_time({written})",
)
_READINGS: Final[dict[ColumnType, _Reading]] = {
    "identifier": _Reading(
        "read_bare({raw})",
        "read_identifier({written})",
        "unreadable_identifier_kind({written})",
        "says_no_identifier({written})",
    ),
    "text": _Reading("read_text({raw})", "{written}"),
    "status": _Reading("read_status({raw}, {words})", "{written}"),
    "instant": _INSTANT,
    "promise": _INSTANT,
    **{
        kind: _Reading(
            "read_bare({raw})", f"read_number({{written}}, {most})", "unreadable_number_kind({written})"
        )
        for kind, most in MOST.items()
    },
    "flag": _Reading("read_bare({raw})", "read_flag({written})"),
    "day": _Reading(
        "written_instant({raw})", "read_day({written})", "'unreadable_day'", "says_no_day({written})"
    ),
}

_MANY_RECORDS: Final = 50_000
"""Until Arrow's functions are imported, a regular expression has gone through so many records."""


@dataclass(frozen=True)
class TypedColumn:
    """One column of a feed and the SQL that reads it: see _Reading.

    `raw` is the staged text. The other steps find what is `written` under the name of the column.
    """

    name: str
    raw: str
    written: str
    read: str
    kind: str
    says_none: str
    is_required: bool


def create_reading_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Define the SQL functions that read a text as an instant, a number, and so on."""
    details = {
        "blanks": as_class(BLANKS),
        "invisible": as_class(INVISIBLE),
        "no_time": no_time(),
        "no_identifier": no_identifier(),
    }
    for macro in _MACROS:
        sql.run(con, f"ingest/{macro}", **details)


@dataclass(frozen=True)
class TypedRows:
    """What typed_rows was made with: how many rows of what is staged are not good, and the names it needs."""

    bad: int
    names: Mapping[str, object]

    def leave_out_conflicts(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make typed_rows again without the rows in conflicting_rows."""
        sql.run(con, "ingest/typed_rows/create_typed_rows", has_conflicts=True, **self.names)


def create_typed_rows(con: duckdb.DuckDBPyConnection, contract: FeedContract, staged: Staged) -> TypedRows:
    """Make typed_rows: the good rows of what is staged, as their types.

    Columns the file does not have are null. Rows that are not plain are kept in odd_rows, as they were read.
    """
    relation = {"relation": staged.relation, "row_number": staged.row_number}
    plain = plain_rows(contract, staged, _told_at_once(contract, staged))
    ((odd,),) = sql.run(con, "ingest/typed_rows/find_odd_rows", plain=plain, **relation)
    bad = _read_odd_rows(con, contract, staged) if odd else 0
    names = {"plain": plain, "has_odd_rows": odd > 0, **relation}
    sql.run(con, "ingest/typed_rows/create_typed_rows", has_conflicts=False, **names)
    return TypedRows(bad, names)


def _told_at_once(contract: FeedContract, staged: Staged) -> frozenset[str]:
    if staged.records is None or staged.records.num_rows < _MANY_RECORDS:
        return frozenset()
    from orderhealth_pipeline.ingest.values.plain_columns import plain_columns

    return plain_columns(contract, staged.columns, staged.records)


def _read_odd_rows(con: duckdb.DuckDBPyConnection, contract: FeedContract, staged: Staged) -> int:
    """Read them in a statement of its own: to plan what reads with care takes longer than a small file."""
    query = statement(
        "ingest/typed_rows/create_odd_rows",
        columns=typed_columns(contract, staged),
        relation=staged.relation,
        row_number=staged.row_number,
    )
    con.execute(query).fetchall()
    ((bad,),) = sql.run(con, "ingest/typed_rows/count_bad_rows")
    return int(bad)


def typed_columns(contract: FeedContract, staged: Staged) -> list[TypedColumn]:
    """Describe how every column of the feed is read from what is staged."""
    return [_typed(name, column, staged.raw(name)) for name, column in contract.columns.items()]


@contextmanager
def in_zone(con: duckdb.DuckDBPyConnection, zone: ZoneInfo) -> Iterator[None]:
    """Let instants without an offset be in `zone` for what is read in the context.

    After an error the zone stays: a transaction that failed takes no statement any more.
    """
    sql.run(con, "ingest/settings/set_time_zone", zone=zone.key)
    yield
    sql.run(con, "ingest/settings/set_time_zone", zone="UTC")


def _typed(name: str, column: ColumnContract, raw: str | None) -> TypedColumn:
    reading = _READINGS[column.type]
    words = "[" + ", ".join(f"'{word}'" for word in column.words) + "]"
    text = raw or "null::varchar"
    return TypedColumn(
        name=name,
        raw=text,
        written=text if raw is None else reading.written.format(raw=raw, words=words),
        read=f"null::{column.duckdb_type}" if raw is None else reading.read.format(written=f"written.{name}"),
        kind="" if raw is None else reading.kind.format(written=f"written.{name}"),
        says_none="" if raw is None else reading.says_none.format(written=f"written.{name}"),
        is_required=column.required,
    )
