"""The report of a period as a spreadsheet: open cases, response times, findings, one sheet each.

What belongs here: sheets and cells. What does not: the list of findings (finding_list.py), and what keeps a
text from becoming a formula (render/cells.py).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import xlsxwriter

from orderhealth_pipeline.report.finding_list import FindingList
from orderhealth_pipeline.report.period.model import PeriodReport
from orderhealth_pipeline.report.period.sections import period_texts
from orderhealth_pipeline.report.render.cells import HARMLESS, neutralised, sheet_name
from orderhealth_pipeline.report.words.finding_words import COLUMNS
from orderhealth_pipeline.report.words.texts import Texts

_MOST_ROWS: Final = 1_000_000
_WIDEST: Final = 60
_NARROWEST: Final = 8
_SAMPLED: Final = 200

_CASES: Final = {
    "case_id": "case",
    "title": "problem",
    "cause": "cause",
    "owner": "owner",
    "assignee": "assignee",
    "state": "state",
    "orders": "orders",
    "opened_at": "opened",
    "due_at": "due",
    "overdue_since": "overdue",
}
_TIMES: Final = {
    "owner": "owner",
    "step": "step",
    "cases": "cases",
    "waiting": "waiting",
    "median_minutes": "median_minutes",
    "p90_minutes": "most_minutes",
}


def render_workbook(report: PeriodReport, findings: FindingList) -> bytes:
    """Return the spreadsheet: texts stay texts, the first row is fixed and has filters."""
    texts = period_texts(report.state.locale)
    headings = {name: texts(f"column_{name}") for name in ("owner", *COLUMNS)}
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, HARMLESS) as book:
        sheets = _Sheets(book, texts)
        sheets.write("cases", _cases(report), _headings(_CASES, texts))
        sheets.write("times", _times(report, texts), _headings(_TIMES, texts))
        sheets.write("findings", findings.rows.select(*headings), headings)
    return file.getvalue()


def _headings(columns: Mapping[str, str], texts: Texts) -> dict[str, str]:
    return {column: texts(f"period_column_{text}") for column, text in columns.items()}


def _cases(report: PeriodReport) -> pl.DataFrame:
    rows = [
        {**case.model_dump(exclude={"is_overdue"}), "overdue_since": case.due_at if case.is_overdue else None}
        for case in report.open_cases
    ]
    instants = ("opened_at", "due_at", "overdue_since")
    schema: dict[str, Any] = {
        name: pl.Datetime("us", report.state.timezone) if name in instants else pl.String for name in _CASES
    }
    return pl.DataFrame(rows, schema={**schema, "orders": pl.Int64})


def _times(report: PeriodReport, texts: Texts) -> pl.DataFrame:
    rows = [
        {
            **response.model_dump(),
            "owner": response.owner or texts("period_everybody"),
            "step": texts(f"period_step_{response.step}"),
        }
        for response in report.responses
    ]
    schema: dict[str, Any] = {
        "owner": pl.String,
        "step": pl.String,
        "cases": pl.Int64,
        "waiting": pl.Int64,
        "median_minutes": pl.Float64,
        "p90_minutes": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)


class _Sheets:
    def __init__(self, book: xlsxwriter.Workbook, texts: Texts) -> None:
        self._book, self._texts, self._taken = book, texts, set[str]()
        self._heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E3E8ED", "valign": "top"})
        self._instant = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"})
        self._number = book.add_format({"valign": "top", "num_format": "#,##0.##"})
        self._text = book.add_format({"valign": "top", "text_wrap": True})

    def write(self, name: str, rows: pl.DataFrame, headings: Mapping[str, str]) -> None:
        shown = neutralised(rows.head(_MOST_ROWS))
        sheet = self._book.add_worksheet(sheet_name(self._texts(f"period_sheet_{name}"), self._taken))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, shown.height, len(headings) - 1)
        for place, (column, heading) in enumerate(headings.items()):
            sheet.set_column(place, place, _width(shown[column]))
            sheet.write_string(0, place, heading, self._heading)
            kind = shown.schema[column]
            write, look = (
                (sheet.write_datetime, self._instant)
                if kind == pl.Datetime
                else (sheet.write_number, self._number)
                if kind.is_numeric()
                else (sheet.write_string, self._text)
            )
            for line, value in enumerate(shown[column].to_list(), start=1):
                if value is not None:
                    write(line, place, value, look)


def _width(column: pl.Series) -> int:
    if column.dtype != pl.String:
        return 17
    longest = column.head(_SAMPLED).str.len_bytes().max()
    return min(max(int(longest) if isinstance(longest, int) else 0, _NARROWEST), _WIDEST)
