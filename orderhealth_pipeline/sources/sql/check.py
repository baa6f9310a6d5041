"""Looking at the tables of a database: columns, watermark and its index.

What belongs here: what is asked, and what follows. What does not: reading rows (fetch.py).
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from datetime import datetime

from orderhealth_pipeline import sql
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings.sources import SqlSource, SqlTable
from orderhealth_pipeline.sources.remarks import Remark
from orderhealth_pipeline.sources.sql.database import Snapshot, snapshot
from orderhealth_pipeline.sources.sql.window import (
    FAR_AHEAD,
    FAR_AHEAD_NUMBER,
    query_of,
    watermark_of,
    window,
)


def check_tables(source: SqlSource, required: Mapping[str, Collection[str]], now: datetime) -> list[Remark]:
    """Look at every table; `required` are the columns that rows of a feed need. Raises SourceError."""
    remarks: list[Remark] = []
    with snapshot(source.url.get_secret_value(), timeout=source.timeout) as opened:
        for name, table in source.tables.items():
            remarks += _look(opened, name, table, required.get(name, ()), now)
    return remarks


def _look(
    opened: Snapshot, name: str, table: SqlTable, required: Collection[str], now: datetime
) -> list[Remark]:
    header = next(iter(opened.lines(sql.statement("sources/no_rows", query=query_of(opened, table)))))
    columns = next(csv.reader([bytes(header).decode(errors="replace")]))
    missing = [column for column in required if column not in columns]
    if missing:
        said = Message("{table}: the column {missing} is missing", table=name, missing=", ".join(missing))
        return [Remark("wrong", said)]
    if table.watermark is None:
        said = Message("{table}: without a watermark the whole table is read every time", table=name)
        return [Remark("warning", said)]
    remarks = []
    if watermark_of(opened, table, now) is None:
        said = Message("{table}: no row says in {column} when it changed", table=name, column=table.watermark)
        remarks.append(Remark("warning", said))
    elif _has_empty(opened, table):
        said = Message(
            "{table}: rows without {column} are read again at every pull; a query such as "
            "coalesce({column}, created_at) spares that",
            table=name,
            column=table.watermark,
        )
        remarks.append(Remark("warning", said))
    bound = FAR_AHEAD if table.watermark_is == "instant" else FAR_AHEAD_NUMBER
    if opened.is_indexed(window(opened, table, bound), bound) is False:
        said = Message(
            "{table}: the column {column} has no index that a pull could use, so every pull reads the whole "
            "table; create one",
            table=name,
            column=table.watermark,
        )
        remarks.append(Remark("warning", said))
    return remarks or [Remark("well", Message("{table}: can be read", table=name))]


def _has_empty(opened: Snapshot, table: SqlTable) -> bool:
    select = sql.statement(
        "sources/empty_watermarks",
        query=query_of(opened, table),
        column=opened.name(table.watermark or ""),
        one_row=opened.one_row,
    )
    return bool(opened.records(select)[0][0])
