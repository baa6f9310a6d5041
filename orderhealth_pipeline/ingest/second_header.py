"""A header within the rows that names the columns in another order: several exports in one file.

What belongs here: refusing such a file. What does not: a header that is merely repeated, which is rejected as
the row that it is none of. What stands below the other header would be read under the first one, an order's
number as that of a payment, say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import duckdb
import numpy as np

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.record_places import lines_of_rows
from orderhealth_pipeline.ingest.staged import Staged
from orderhealth_pipeline.messages import Message

_FEWEST: Final = 3
"""Of fewer columns the names may stand in a row by chance."""


def find_second_header(con: duckdb.DuckDBPyConnection, staged: Staged, contract: FeedContract) -> int | None:
    """Return the number of the first such row among the rows of odd_rows that are not good, from 0.

    Every feed has an instant or an amount, which a header is none of.
    """
    columns = {name: raw for name in contract.columns if (raw := staged.raw(name)) is not None}
    return _found(con, staged, columns, among_bad_rows=True)


def refuse_second_header(con: duckdb.DuckDBPyConnection, staged: Staged, contract: FeedContract) -> None:
    """Raise UnreadableFileError where there is one."""
    _refuse(con, staged, find_second_header(con, staged, contract))


def refuse_second_header_of_source(
    con: duckdb.DuckDBPyConnection, staged: Staged, columns: Mapping[str, str]
) -> None:
    """Raise UnreadableFileError where one is among all rows, whose columns are held by `columns`, by name."""
    _refuse(con, staged, _found(con, staged, columns, among_bad_rows=False))


def _found(
    con: duckdb.DuckDBPyConnection, staged: Staged, columns: Mapping[str, str], *, among_bad_rows: bool
) -> int | None:
    if len(columns) < _FEWEST:
        return None
    ((row,),) = sql.run(
        con,
        "ingest/typed_rows/find_second_header",
        {"names": list(columns)},
        columns=tuple(columns.values()),
        relation=staged.relation,
        row_number=staged.row_number,
        among_bad_rows=among_bad_rows,
    )
    return None if row is None else int(row)


def _refuse(con: duckdb.DuckDBPyConnection, staged: Staged, row: int | None) -> None:
    if row is None:
        return
    line = int(lines_of_rows(con, staged, np.array([row], dtype=np.int64))[0])
    raise UnreadableFileError(
        Message(
            "line {line} names the columns again, in another order: these are several exports in one file; "
            "save each as a file of its own",
            line=line,
        ),
        "second_header",
    )
