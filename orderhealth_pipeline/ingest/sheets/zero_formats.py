"""Numbers that a spreadsheet shows with zeros before them: a cell that holds 7, and 000007 to its writer.

What belongs here: finding such cells by their formats, and writing them as they are shown. What does not:
other formats, which change nothing that an identifier is made of.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import polars as pl

from orderhealth_pipeline.ingest.sheets.sheet_cells import SheetCells
from orderhealth_pipeline.ingest.sheets.xlsx_bounds import pieces_of
from orderhealth_pipeline.ingest.staged import Wanted

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STYLES: Final = "xl/styles.xml"
_ZEROS: Final = re.compile(r"(00+)(?:_.|\\ |\s|;.*)*")
_CELL: Final = re.compile(
    rb"""<(?:\w+:)?c\s([^>]*)>\s*(?:<(?:\w+:)?f[^>]*>(?:[^<]*</(?:\w+:)?f>)?\s*)?<(?:\w+:)?v[^>]*>\s*\d+\s*<"""
)
_PLACE: Final = re.compile(rb"""\br=["']([A-Z]+)(\d+)["']""")
_STYLE: Final = re.compile(rb"""\bs=["'](\d+)["']""")
_TYPE: Final = re.compile(rb"""\bt=["'](?!n["'])""")
_FIRST: Final = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]+)\d""")
_DOCTYPE: Final = b"<!DOCTYPE"
_ALPHABET: Final = 26
_WIDTHS: Final = pl.Schema({"record": pl.UInt32(), "column": pl.Int64(), "width": pl.Int64()})


def with_zeros(path: Path, sheets: list[SheetCells], wanted: Wanted) -> list[SheetCells]:
    """Return sheets whose identifiers have the zeros that people see before them."""
    with zipfile.ZipFile(path) as packed:
        widths = _widths_of_styles(packed)
        parts = _parts_of_sheets(packed) if widths else {}
        return [
            _with_zeros(sheet, _cells(packed, parts[sheet.name], widths), wanted)
            if sheet.name in parts
            else sheet
            for sheet in sheets
        ]


def _with_zeros(sheet: SheetCells, cells: pl.DataFrame, wanted: Wanted) -> SheetCells:
    rows = sheet.rows
    for number, name in enumerate(sheet.header):
        shown = cells.filter(column=number).select("record", "width")
        if name in wanted.identifiers and shown.height:
            column = pl.col(f"c{number}")
            is_shown = pl.col("width").is_not_null() & column.str.contains(r"^\d+$")
            rows = rows.join(shown, on="record", how="left", maintain_order="left")
            padded = pl.when(is_shown).then(column.str.zfill(pl.col("width"))).otherwise(column)
            rows = rows.with_columns(padded.alias(f"c{number}")).drop("width")
    return replace(sheet, rows=rows)


def _widths_of_styles(packed: zipfile.ZipFile) -> dict[int, int]:
    """Return how many digits are shown at least, by the number of a style that says so."""
    styles = _read(packed, _STYLES)
    zeros = {
        each.get("numFmtId"): len(found[1])
        for each in styles.iterfind("{*}numFmts/{*}numFmt")
        if (found := _ZEROS.fullmatch(each.get("formatCode") or ""))
    }
    used = enumerate(styles.iterfind("{*}cellXfs/{*}xf"))
    return {number: zeros[each.get("numFmtId")] for number, each in used if each.get("numFmtId") in zeros}


def _parts_of_sheets(packed: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet, by its name."""
    names = set(packed.namelist())
    targets = {each.get("Id"): each.get("Target") or "" for each in _read(packed, _RELATIONS)}
    found = {}
    for sheet in _read(packed, _WORKBOOK).iterfind("{*}sheets/{*}sheet"):
        relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        part = posixpath.normpath(posixpath.join("/xl", targets.get(relation, ""))).lstrip("/")
        if part in names:
            found[sheet.get("name") or ""] = part
    return found


def _read(packed: zipfile.ZipFile, part: str) -> ET.Element:
    """Read a part that is within bounds; one that is not there, or no XML, is empty."""
    try:
        content = packed.read(part)
        if _DOCTYPE in content.upper():
            return ET.Element("refused")
        return ET.fromstring(content)  # noqa: S314 - entities need a document type, which is refused
    except (KeyError, ET.ParseError, ValueError):
        return ET.Element("none")


def _cells(packed: zipfile.ZipFile, part: str, widths: dict[int, int]) -> pl.DataFrame:
    """Find the numbers of a sheet that are shown so; columns are counted from the first in use."""
    found, first = [], None
    with packed.open(part) as stream:
        for piece in pieces_of(stream):
            columns = {_number(letters) for letters in set(_FIRST.findall(piece))}
            first = min(columns | ({first} if first is not None else set()), default=None)
            found += list(_shown(piece, widths))
    cells = [(record, column - (first or 1), width) for record, column, width in found]
    return pl.DataFrame(cells, schema=_WIDTHS, orient="row")


def _shown(piece: bytes, widths: dict[int, int]) -> Iterator[tuple[int, int, int]]:
    for cell in _CELL.finditer(piece):
        place, style = _PLACE.search(cell[1]), _STYLE.search(cell[1])
        if place and style and int(style[1]) in widths and not _TYPE.search(cell[1]):
            yield int(place[2]) - 1, _number(place[1]), widths[int(style[1])]


def _number(letters: bytes) -> int:
    """Return the number of a column, from 1, by its letters."""
    number = 0
    for letter in letters:
        number = number * _ALPHABET + letter - ord("A") + 1
    return number
