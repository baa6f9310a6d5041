"""Where in a file the table is: below title lines, above totals.

What belongs here: the declaration, how names of columns are compared, and cutting a sheet. What does not:
texts, whose bytes are cut (adapters/text_body.py).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import polars as pl

_ROWS_BEFORE_A_HEADER: Final = 1000
_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class TablePlace:
    """Where in a file the table is, if its header is not the first line.

    The header is line `header_row` (from 1), or the first with the cell `header_contains`; rows end before
    one that begins with `ends_before`. Of a spreadsheet only `sheet` is looked at, where it is given. Rows of
    a text that `is_ragged` end with one delimiter more than the header.
    """

    header_row: int | None = None
    header_contains: str | None = None
    ends_before: str | None = None
    sheet: str | None = None
    is_ragged: bool = False


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
    if place.ends_before is not None and texts:
        first = pl.coalesce(texts).str.strip_chars().str.starts_with(place.ends_before)
        ends = rows.slice(1).filter(first)["record"]
        rows = rows.filter(pl.col("record") < ends.min()) if ends.len() else rows
    return rows
