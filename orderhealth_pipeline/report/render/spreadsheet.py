"""The list of findings as a file: a spreadsheet with one sheet an owner, or one CSV file for all.

What belongs here: the columns of the list. What does not: which findings there are (finding_list.py), what
keeps a spreadsheet program from taking a text for a formula (cells.py), or where the file goes
(pipeline/written/write_findings.py).
"""

from __future__ import annotations

import io
from typing import Any, Final

import polars as pl
import xlsxwriter

from orderhealth_pipeline.report.finding_list import FindingList
from orderhealth_pipeline.report.render.cells import HARMLESS, neutralised, sheet_name
from orderhealth_pipeline.report.words.finding_words import COLUMNS
from orderhealth_pipeline.report.words.texts import Texts

_ROWS_OF_A_SHEET: Final = 1_000_000

_WIDTHS: Final = {
    "rule": 26,
    "order": 24,
    "evidence": 70,
    "to_do": 60,
    "severity": 8,
    "state": 22,
    "shop": 16,
    "warehouse": 12,
    "carrier": 12,
    "amount": 12,
    "currency": 8,
    "placed": 17,
    "since": 17,
    "rule_id": 20,
}


def csv_bytes(findings: FindingList) -> bytes:
    """Return the list as CSV that Excel opens as UTF-8, the owner in the first column."""
    texts = Texts(findings.locale)
    columns = ("owner", *COLUMNS)
    rows = neutralised(findings.rows).select(columns)
    named = rows.rename({name: texts(f"column_{name}") for name in columns})
    return named.write_csv(
        include_bom=True, datetime_format="%Y-%m-%d %H:%M", line_terminator="\r\n"
    ).encode()


def xlsx_bytes(findings: FindingList) -> bytes:
    """Return the list as a spreadsheet: one sheet an owner, its first row fixed and with filters."""
    texts = Texts(findings.locale)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, HARMLESS) as book:
        looks = _Looks(book)
        taken: set[str] = set()
        rows = neutralised(findings.rows)
        if rows.is_empty():
            _write_sheet(book, looks, sheet_name(texts("findings_sheet"), taken), rows, texts)
        for owner in findings.owners:
            own = rows.filter(findings.rows["owner"] == owner)
            for part in own.iter_slices(_ROWS_OF_A_SHEET):
                _write_sheet(book, looks, sheet_name(owner, taken), part, texts)
    return file.getvalue()


class _Looks:
    """The formats of a workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E3E8ED", "valign": "top"})
        self.text = book.add_format({"valign": "top"})
        self.sentence = book.add_format({"valign": "top", "text_wrap": True})
        self.money = book.add_format({"valign": "top", "num_format": "#,##0.00"})
        self.instant = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"})

    def of(self, column: str) -> Any:
        """Return the format of a column."""
        special = {"amount": self.money, "placed": self.instant, "since": self.instant}
        return special.get(column, self.sentence if column in {"evidence", "to_do"} else self.text)


def _write_sheet(
    book: xlsxwriter.Workbook, looks: _Looks, name: str, rows: pl.DataFrame, texts: Texts
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, rows.height, len(COLUMNS) - 1)
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, _WIDTHS[column])
        sheet.write_string(0, place, texts(f"column_{column}"), looks.heading)
        write: Any = {
            "amount": sheet.write_number,
            "placed": sheet.write_datetime,
            "since": sheet.write_datetime,
        }
        write_cell, look = write.get(column, sheet.write_string), looks.of(column)
        for line, value in enumerate(rows[column].to_list(), start=1):
            if value is not None:
                write_cell(line, place, value, look)


FORMS: Final = {".xlsx": xlsx_bytes, ".csv": csv_bytes}
"""How a list is written, by the ending of the file's name."""
