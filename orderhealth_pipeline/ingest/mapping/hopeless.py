"""Why no feed can be made of a table: which columns lack, and which are called so and hold something else.

What belongs here: finding the reason. What does not: choosing columns (propose.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.mapping.looks import INSTANTS, NUMBERS, DayOrder, judge_amounts, judge_dates
from orderhealth_pipeline.ingest.mapping.synonyms import LEAST_ALIKE, likeness, synonyms
from orderhealth_pipeline.ingest.mapping.table import Table
from orderhealth_pipeline.ingest.text.table_place import plain_name
from orderhealth_pipeline.messages import Message

_NUMBERED: Final = re.compile(r"_\d+$")


def likeness_by_name(table: Table, feed: str, contract: FeedContract) -> float:
    """Say how much of a feed a table has by the names of its columns, whatever they hold."""
    best = (
        max((likeness(name, synonyms().columns[feed].get(target, ())) for name in table.header), default=0)
        for target in contract.columns
    )
    return sum(each for each in best if each >= LEAST_ALIKE)


def ambiguous(column: str) -> Message:
    """Say that dates of a column can be misread."""
    return Message(
        "'{column}' can be read day first or month first: say --day-first or --month-first", column=column
    )


def why_hopeless(
    table: Table, feed: str, lacking: Sequence[str], contract: FeedContract, order: DayOrder | None
) -> Iterator[Message]:
    """Return what keeps a table from being `feed`, which it is most like; nothing of its rows is in it."""
    if not table.has_a_header:
        yield Message(
            "its first line holds values and no names of columns: write a line above it that names them"
        )
        return
    unfit = [reason for target in lacking for reason in _unfit(table, feed, target, contract, order)]
    if unfit:
        yield from unfit
    elif table.has_known_names:
        yield Message(
            "no feed can be filled: for {feed} there is no column for {columns} (there are: {there})",
            feed=feed,
            columns=", ".join(lacking),
            there=", ".join(table.header),
        )
    else:
        yield Message(
            "no feed can be filled: of its {count} columns none is called as one of a feed is; the feed "
            "{feed} needs {columns}",
            count=len(table.header),
            feed=feed,
            columns=", ".join(lacking),
        )
    yield from repeated(table)


def repeated(table: Table) -> Iterator[Message]:
    """Say that the header has names more than once."""
    columns = {plain_name(name): name for name in reversed(table.header) if table.is_repeated(name)}
    if not columns:
        return
    first = [name for name in columns.values() if not _NUMBERED.search(name)]
    yield Message(
        "the header has {columns} more than once, so none of them is read: rename those that are meant",
        columns=", ".join(reversed(first)),
    )


def _unfit(
    table: Table, feed: str, target: str, contract: FeedContract, order: DayOrder | None
) -> Iterator[Message]:
    """Name the column that is called like a lacking one and whose values are of another kind."""
    called, kind = synonyms().columns[feed].get(target, ()), contract.columns[target].type
    name = max(table.header, key=lambda name: likeness(name, called))
    values = table.values(name)
    if likeness(name, called) < LEAST_ALIKE or table.is_repeated(name) or not values:
        return
    judged = judge_dates(values, order) if kind in INSTANTS else judge_amounts(values)
    count = round((1 - judged.fits) * len(values))
    if kind in INSTANTS and judged.is_ambiguous:
        yield ambiguous(name)
    elif kind in INSTANTS | NUMBERS and count:
        yield Message(
            "'{column}' is called like {target} of {feed}, but {count} of {all} values are no instants"
            if kind in INSTANTS
            else "'{column}' is called like {target} of {feed}, but {count} of {all} values are no numbers",
            column=name,
            target=target,
            feed=feed,
            count=count,
            all=len(values),
        )
