"""The typed view of the staged records: which macro reads which column, and what it expected when it cannot.

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

from orderhealth_pipeline.ingest.contracts import ColumnContract, ColumnType, FeedContract
from orderhealth_pipeline.ingest.plain_values import plain_rows
from orderhealth_pipeline.ingest.staged import Staged
from orderhealth_pipeline.statements import statement

_MACROS: Final = (
    "read_text",
    "four_digit_year",
    "read_instant",
    "read_number",
    "read_identifier",
    "read_flag",
    "read_day",
    "read_status",
    "unreadable_instant_kind",
    "unreadable_number_kind",
)
_EXPECTED: Final[dict[ColumnType, str]] = {
    "instant": "not an ISO 8601 instant such as 2026-11-10T20:00:00+08:00",
    "promise": "not an ISO 8601 instant such as 2026-11-10T20:00:00+08:00",
    "amount": "not a number",
    "quantity": "not a number",
    "day": "not a date such as 1990-02-28",
    "identifier": "a spreadsheet shortened it to scientific notation",
}


_MANY_RECORDS: Final = 50_000
"""Until Arrow's functions are imported, a regular expression has gone through so many records."""


@dataclass(frozen=True)
class TypedColumn:
    """One column of a feed and the SQL that reads it from the staged text.

    What it cannot read was not what was `expected`; `kind` is SQL, too, for a word of rejection_kinds.yml.
    """

    name: str
    raw: str
    read: str
    expected: str
    kind: str
    must_be_readable: bool
    is_required: bool


def create_reading_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Define the SQL functions that read a text as an instant, a number, and so on."""
    for macro in _MACROS:
        con.execute(statement(f"ingest/create_{macro}")).fetchall()


@dataclass(frozen=True)
class TypedRows:
    """What typed_rows was made with: how many rows of what is staged are not good, and the names it needs."""

    bad: int
    names: Mapping[str, object]

    def leave_out_conflicts(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make typed_rows again without the rows in conflicting_rows."""
        con.execute(statement("ingest/create_typed_rows", has_conflicts=True, **self.names)).fetchall()


def create_typed_rows(con: duckdb.DuckDBPyConnection, contract: FeedContract, staged: Staged) -> TypedRows:
    """Make typed_rows: the good rows of what is staged, as their types.

    Columns the file does not have are null. Rows that are not plain are kept in odd_rows, as they were read.
    """
    relation = {"relation": staged.relation, "row_number": staged.row_number}
    plain = plain_rows(contract, staged, _told_at_once(contract, staged))
    ((odd,),) = con.execute(statement("ingest/find_odd_rows", plain=plain, **relation)).fetchall()
    bad = _read_odd_rows(con, contract, staged) if odd else 0
    names = {"plain": plain, "has_odd_rows": odd > 0, **relation}
    con.execute(statement("ingest/create_typed_rows", has_conflicts=False, **names)).fetchall()
    return TypedRows(bad, names)


def _told_at_once(contract: FeedContract, staged: Staged) -> frozenset[str]:
    if staged.records is None or staged.records.num_rows < _MANY_RECORDS:
        return frozenset()
    from orderhealth_pipeline.ingest.plain_columns import plain_columns

    return plain_columns(contract, staged.columns, staged.records)


def _read_odd_rows(con: duckdb.DuckDBPyConnection, contract: FeedContract, staged: Staged) -> int:
    """Read them in a statement of its own: to plan what reads with care takes longer than a small file."""
    query = statement(
        "ingest/create_odd_rows",
        columns=typed_columns(contract, staged),
        relation=staged.relation,
        row_number=staged.row_number,
    )
    con.execute(query).fetchall()
    ((bad,),) = con.execute(statement("ingest/count_bad_rows")).fetchall()
    return int(bad)


def typed_columns(contract: FeedContract, staged: Staged) -> list[TypedColumn]:
    """Describe how every column of the feed is read from what is staged."""
    return [_typed(name, column, staged.raw(name)) for name, column in contract.columns.items()]


@contextmanager
def in_zone(con: duckdb.DuckDBPyConnection, zone: ZoneInfo) -> Iterator[None]:
    """Let instants without an offset be in `zone` for what is read in the context.

    After an error the zone stays: a transaction that failed takes no statement any more.
    """
    con.execute(statement("ingest/set_time_zone", zone=zone.key)).fetchall()
    yield
    con.execute(statement("ingest/set_time_zone", zone="UTC")).fetchall()


def _typed(name: str, column: ColumnContract, raw: str | None) -> TypedColumn:
    readable = column.type in _EXPECTED and (column.type != "identifier" or column.required)
    return TypedColumn(
        name=name,
        raw=raw or "null::varchar",
        read=f"null::{column.duckdb_type}" if raw is None else _read(raw, column),
        expected=_EXPECTED.get(column.type, ""),
        kind=_kind(raw or "", column),
        must_be_readable=readable and raw is not None,
        is_required=column.required,
    )


def _kind(raw: str, column: ColumnContract) -> str:
    match column.type:
        case "instant" | "promise":
            return f"unreadable_instant_kind({raw})"
        case "amount" | "quantity":
            return f"unreadable_number_kind({raw})"
        case "day":
            return "'unreadable_day'"
        case _:
            return "'digits_lost'"


def _read(raw: str, column: ColumnContract) -> str:
    if column.type == "status":
        words = ", ".join(f"'{word}'" for word in column.words)
        return f"read_status({raw}, [{words}])"
    if column.type == "identifier":
        return f"read_identifier({raw})" if column.required else f"read_text({raw})"
    macro = {"text": "text", "flag": "flag", "day": "day", "amount": "number", "quantity": "number"}
    return f"read_{macro.get(column.type, 'instant')}({raw})"
