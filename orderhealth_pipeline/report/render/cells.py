"""What every spreadsheet that is written keeps: no text becomes a formula, and every sheet has a name.

What belongs here: cells and names. What does not: which columns a sheet has.
"""

from __future__ import annotations

import re
from typing import Any, Final

import polars as pl

from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.plain_text import plain

HARMLESS: Final[dict[str, Any]] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
"""The options of a workbook: texts stay texts."""

_FORMULA: Final = r"^(\s*[=+\-@＝＋－＠]|[\t\r\n])"
"""How a text begins that a spreadsheet program may compute; an apostrophe before it makes it a text."""

_CONTROL: Final = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
_LONGEST_CELL: Final = 32_767
_LONGEST_SHEET_NAME: Final = 31
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\']")


def neutralised(rows: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before every text that a spreadsheet program may take for a formula."""
    text = pl.col(pl.String).str.replace_all(_CONTROL, "")
    harmless = pl.when(text.str.contains(_FORMULA)).then(pl.lit("'") + text).otherwise(text)
    return rows.with_columns(harmless.str.slice(0, _LONGEST_CELL).name.keep())


def sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a name that a spreadsheet accepts and no other sheet has, whatever the case of its letters."""
    clean = _NOT_IN_SHEET_NAMES.sub(" ", plain(wanted)).strip() or formats.NOTHING
    for number in range(1, len(taken) + 2):
        ending = "" if number == 1 else f" {number}"
        name = clean[: _LONGEST_SHEET_NAME - len(ending)] + ending
        if name.casefold() not in taken | {"history"}:
            break
    taken.add(name.casefold())
    return name
