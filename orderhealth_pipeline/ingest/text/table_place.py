"""Where in a file the table is: below title lines, above totals.

What belongs here: the declaration, how names of columns are compared, and cutting a sheet. What does not:
texts, whose bytes are cut (adapters/text_body.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import median
from typing import Final

import polars as pl

_ROWS_BEFORE_A_HEADER: Final = 1000
_BLANKS: Final = re.compile(r"\s+")
_NEARLY: Final = 0.7
_FEWEST: Final = 2

GUARDS: Final = r"""[\s`'"#=]*"""
"""What may stand before the first word of a line."""


@dataclass(frozen=True)
class TablePlace:
    """Where in a file the table is, if its header is not the first line.

    The header is line `header_row` (from 1), or the first with the cell `header_contains`. Lines that begin
    with one of `ends_before` are no rows, and behind the last of them there are none (`end_of_rows`). Of a
    spreadsheet only `sheet` is looked at, where it is given. Rows of a text that `is_ragged` end with one
    delimiter more than the header. A header over two `header_lines` is read as one (`joined_header`).
    """

    header_row: int | None = None
    header_contains: str | None = None
    ends_before: tuple[str, ...] = ()
    sheet: str | None = None
    is_ragged: bool = False
    header_lines: int = 1


def plain_name(name: str) -> str:
    """Return a column's name as adapters compare names: NFKC, no blanks, no capitals, no invisible mark."""
    visible = "".join(sign for sign in name if unicodedata.category(sign) != "Cf")
    return _BLANKS.sub("", unicodedata.normalize("NFKC", visible)).casefold()


def table_of(rows: pl.DataFrame, place: TablePlace) -> pl.DataFrame:
    """Cut off what stands before the header and after the last row of a sheet.

    `rows` has `record`, the number of the row from 0, and texts. Without the header nothing is left.
    """
    texts = [pl.col(name) for name in rows.columns if name != "record"]
    if place.header_row is not None:
        rows = rows.filter(pl.col("record") >= place.header_row - 1)
    if place.header_contains is not None and texts:
        wanted = plain_name(place.header_contains)
        named = [text.map_elements(plain_name, pl.String, skip_nulls=True) == wanted for text in texts]
        found = rows.head(_ROWS_BEFORE_A_HEADER).filter(pl.any_horizontal(*named))["record"]
        rows = rows.filter(pl.col("record") >= found.min()) if found.len() else rows.clear()
    if place.ends_before and texts and rows.height:
        first = pl.coalesce(pl.when(text.str.strip_chars() != "").then(text) for text in texts)
        told = rows.slice(1).select(
            "record",
            is_total=first.str.contains(totals_pattern(place.ends_before)).fill_null(value=False),
            filled=pl.sum_horizontal(text.is_not_null() for text in texts),
        )
        end = end_of_rows(told["filled"].to_list(), told["is_total"].to_list())
        rows = rows if end is None else rows.filter(pl.col("record") < told["record"][end])
    return rows


def joined_header(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a header over two lines: those below, and those above where nothing stands below.

    A name that stands below two groups has its group before it.
    """
    width = max(len(upper), len(lower))
    above, below = ([*line, *[""] * (width - len(line))] for line in (upper, lower))
    plain = [plain_name(name) for name in below]
    names, group = [], ""
    for high, low, own in zip(above, below, plain, strict=True):
        group = high if high.strip() else group
        is_twice = own and plain.count(own) > 1
        names.append(f"{group}{low}" if is_twice else low if own else high)
    return tuple(names)


def totals_pattern(words: tuple[str, ...]) -> str:
    """Return the regular expression of a text that begins with one of the words, whatever guards it."""
    return rf"^{GUARDS}(?:{'|'.join(map(re.escape, words))})"


def enough_cells(above: Sequence[int]) -> float:
    """Return how many filled cells make a line below totals a row, of how many rows above them have."""
    return max(_NEARLY * median(above), _FEWEST) if above else inf


def end_of_rows(filled: Sequence[int], is_total: Sequence[bool]) -> int | None:
    """Return the position of the line of totals behind which there are no rows, or None where there is none.

    `filled` counts the cells of each line below the header that hold anything. A line below totals that holds
    nearly as much as rows above them is a row: the totals were those of a page, a day or a shop.
    """
    totals = [place for place, each in enumerate(is_total) if each]
    if not totals:
        return None
    enough = enough_cells(filled[: totals[0]])
    rows = (
        place
        for place in range(len(filled) - 1, totals[0], -1)
        if filled[place] >= enough and not is_total[place]
    )
    last = next(rows, -1)
    return next((place for place in totals if place > last), None)
