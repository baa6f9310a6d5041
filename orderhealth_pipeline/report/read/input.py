"""Reads what is not in a result although its files are there: the first that a person must know of it.

What belongs here: one model that every form of the report shows, from source_freshness and rejected_rows.
What does not: its words (input_words.py), and how fresh the feeds are (sources.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.files.unread import UnreadFile
from orderhealth_pipeline.ingest.rejection_kinds import rejection_kinds
from orderhealth_pipeline.report.model_input import RejectedReason, Source, UnreadInput
from orderhealth_pipeline.report.read.reading import Reading
from orderhealth_pipeline.report.read.sources import read_sources
from orderhealth_pipeline.report.read.tables import Row, StoreTables
from orderhealth_pipeline.report.words.input_words import input_lines
from orderhealth_pipeline.report.words.masking import mask_reason, mask_row, mask_text
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.report.words.unread import unread_lines
from orderhealth_pipeline.words import Locale

_REASONS: Final = 3
_LONGEST_SAMPLE: Final = 40
_FIGURES: Final = re.compile(r"[0-9 ,.:/+()%$¥￥€元年月日时分秒点上下午APMTZapmtz-]{1,40}")
_NEVER_ABOUT_PEOPLE: Final = ("instant", "promise", "amount", "quantity", "day")


def read_input(reading: Reading, sources: Sequence[Source]) -> tuple[UnreadInput, ...]:
    """Read, of each feed that lacks any, what of its files is not in the result; damaged feeds first."""
    reasons = reading.tables.rows("input/count_rejection_kinds")
    lacking = [
        UnreadInput(
            feed=source.feed,
            title=source.title,
            is_damaged=source.state == "damaged",
            rejected=source.rejected,
            rejected_share=source.rejected_share,
            reasons=tuple(_reason(reading, row) for row in reasons if row["feed"] == source.feed)[:_REASONS],
            ahead=source.ahead,
            hours_ahead=_hours_ahead(reading, source),
            unowned=source.unowned or 0,
            rows=source.rows,
        )
        for source in sources
        if source.rejected or source.ahead or source.unowned or source.state == "damaged"
    ]
    return tuple(sorted(lacking, key=lambda one: (not one.is_damaged, -one.rejected_share)))


def read_unread_files(reading: Reading) -> tuple[UnreadFile, ...]:
    """Read which files of the feeds folders were not read at all, those that may hold records first."""
    return tuple(
        UnreadFile(
            mask_text(row["file"]),
            row["why"],
            row["guess"] and mask_text(row["guess"]),
            _why_unreadable(reading, row),
        )
        for row in reading.tables.rows("input/select_unread_files")
    )


def _why_unreadable(reading: Reading, row: Row) -> str:
    """Name the kind of trouble in the reader's language; the reason itself is written for its log."""
    known = rejection_kinds().get(row["kind"])
    if known is None:
        return mask_reason(row["detail"] or "")
    title: str = known.title.in_locale(reading.locale)
    column = row["column_name"]
    return reading.texts("unread_column", kind=title, column=mask_text(column)) if column else title


def read_what_is_missing(
    con: duckdb.DuckDBPyConnection, *, locale: Locale, timezone: str, as_of: datetime
) -> list[str]:
    """Say, a line each, what of the files is not in the result of the run at `as_of`, for a message."""
    zone, texts = ZoneInfo(timezone), Texts(locale)
    reading = Reading(
        tables=StoreTables(con, zone),
        rules={},
        feeds=feed_contracts(),
        texts=texts,
        zone=zone,
        as_of=as_of.astimezone(zone),
        active_orders=0,
        previous_as_of=None,
    )
    lines = input_lines(read_input(reading, read_sources(reading)), texts)
    return lines + unread_lines(read_unread_files(reading), locale)


def _hours_ahead(reading: Reading, source: Source) -> float:
    return 0.0 if source.ahead_until is None else (source.ahead_until - reading.as_of) / timedelta(hours=1)


def _reason(reading: Reading, row: Row) -> RejectedReason:
    known = rejection_kinds().get(row["kind"])
    title = row["kind"] if known is None else known.title.in_locale(reading.locale)
    return RejectedReason(
        kind=row["kind"],
        title=title,
        rows=row["rows"],
        column=row["column_name"] and mask_text(row["column_name"]),
        sample=_sample(reading, row),
    )


def _sample(reading: Reading, row: Row) -> str | None:
    """Show the value that was not read: numbers and dates as they are, names and phones masked."""
    column, value = row["column_name"], row["sample"]
    contract = reading.feeds.get(row["feed"])
    if not column or not value or contract is None or column not in contract.columns:
        return None
    if contract.columns[column].type in _NEVER_ABOUT_PEOPLE and _FIGURES.fullmatch(value):
        return mask_text(value)
    ((_, shown),) = mask_row({column: value[:_LONGEST_SAMPLE]})
    return shown
