"""Rows into the table of their feed: those that say something new.

What belongs here: comparing what arrives with what is known. What does not: reading and typing it.
"""

from __future__ import annotations

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.row_order import in_any_order
from orderhealth_pipeline.sql import statement


def discard_misread(
    con: duckdb.DuckDBPyConnection, file: FeedFile, contract: FeedContract, zone: str
) -> None:
    """Forget what arrives again now, and was read in another zone before.

    Its instants were wrong, and a wrong one may be the later one. Instants that are part of a key do not tell
    whether it is the same row.
    """
    instants = contract.of_type("instant")
    key = [column for column in contract.key if column not in instants]
    discard = statement("ingest/loads/delete_misread_rows", feed=file.feed, key=key)
    con.execute(discard, {"feed": file.feed, "zone": zone}).fetchall()


def insert_all(
    con: duckdb.DuckDBPyConnection, file: FeedFile, contract: FeedContract, load_number: int
) -> int:
    """Insert all rows, and say how many."""
    insert = statement("ingest/new_rows/insert_rows", feed=file.feed, columns=tuple(contract.columns))
    with in_any_order(con):
        ((inserted,),) = con.execute(insert, {"load_number": load_number}).fetchall()
    return int(inserted)


def insert_new(
    con: duckdb.DuckDBPyConnection, file: FeedFile, contract: FeedContract, load_number: int
) -> int:
    """Insert the rows that differ from what counts; going back to what counted before is different, too."""
    if find_known(con, file.feed, contract) == 0:
        return insert_all(con, file, contract, load_number)
    columns = tuple(contract.columns)
    keys = {"may_be_empty": contract.may_be_empty, "version_key": contract.version_key}
    find = statement("ingest/new_rows/find_repeated_rows", feed=file.feed, columns=columns, **keys)
    con.execute(find, {"order_key": file.order_key}).fetchall()
    number = {"load_number": load_number}
    insert = statement("ingest/new_rows/insert_new_rows", feed=file.feed, columns=columns)
    with in_any_order(con):
        ((inserted,),) = con.execute(insert, number).fetchall()
    sql.run(con, "ingest/new_rows/move_repeated_rows", number, feed=file.feed)
    return int(inserted)


def find_known(con: duckdb.DuckDBPyConnection, feed: str, contract: FeedContract) -> int:
    """Make known_rows: which arriving rows say again of a key and version what was said; counts them."""
    find = statement(
        "ingest/new_rows/find_known_rows",
        feed=feed,
        is_versioned=contract.is_versioned,
        key=contract.key,
        may_be_empty=contract.may_be_empty,
        version_key=contract.version_key,
    )
    ((known,),) = con.execute(find).fetchall()
    return int(known)
