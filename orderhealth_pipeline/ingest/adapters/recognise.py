"""Tells files by what is in them: the row with the columns of a source, or the keys of a payload.

What belongs here: comparing a source with the beginning of a file. What does not: reading files (heads.py).
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from orderhealth_pipeline.ingest.adapters.heads import Head, heads_of, opened
from orderhealth_pipeline.ingest.adapters.source_declaration import AdapterSource
from orderhealth_pipeline.ingest.text.table_place import TablePlace, joined_header, plain_name

ITSELF: Final = "."
"""The path of a record that is the whole document."""


def place_in(source: AdapterSource, path: Path, entry: str | None = None) -> TablePlace | None:
    """Say where a source's table is in a file, or None where the file is none of its own.

    Only for a source that is told by its columns.
    """
    if source.records:
        return source.place if _has_keys(source, path, entry) else None
    for head in heads_of(path, entry):
        row = header_row(head, source.columns, source.header_lines)
        if row is None:
            continue
        if head.sheet is not None:
            # Other sheets may have their header elsewhere.
            first = _first_of(head.rows[row], source.columns)
            return replace(source.place, header_row=None, header_contains=first)
        if source.header_lines > 1:
            return replace(source.place, header_row=row + 1, header_contains=None)
        is_plain = row == 0 and not source.totals and not is_ragged(head, row)
        number = None if is_plain else row + 1
        return replace(source.place, header_row=number, header_contains=None, is_ragged=is_ragged(head, row))
    return None


def header_row(head: Head, columns: tuple[str, ...], lines: int = 1) -> int | None:
    """Return the position of the first row that has all the columns, as adapters compare names.

    With two `lines` it is the upper one of the header.
    """
    wanted = frozenset(map(plain_name, columns))
    rows = head.rows if lines == 1 else tuple(map(joined_header, head.rows, head.rows[1:]))
    return next((number for number, row in enumerate(rows) if wanted <= _names_in(row)), None)


def _names_in(row: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain_name(cell.strip("`'=\"\t")) for cell in row)


def _first_of(row: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """Return the first of the columns that stands in a row, which the header is found by."""
    there = _names_in(row)
    return next((column for column in columns if plain_name(column) in there), columns[0])


def is_ragged(head: Head, row: int) -> bool:
    """Say whether the rows below a header end with one delimiter more than the header has."""
    width = len(head.rows[row])
    below = [each for each in head.rows[row + 1 :] if len(each) >= width]
    return bool(below) and all(len(each) == width + 1 and not each[-1] for each in below)


def _has_keys(source: AdapterSource, path: Path, entry: str | None) -> bool:
    keys = {step for column in source.columns for step in column.lstrip("/").split(".")}
    facts = path.stat()
    paths = tuple(tuple(each.split(".")) if each != ITSELF else () for each in source.records)
    return _names_all(path, entry, frozenset(keys), paths, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=65536)
def _names_all(
    path: Path,
    entry: str | None,
    keys: frozenset[str],
    paths: tuple[tuple[str, ...], ...],
    _size: int,
    _changed: int,
) -> bool:
    """Say whether a payload names all keys, and those of one path, somewhere: its parser tells the rest."""
    is_xml = (entry or path.name).casefold().endswith(".xml")
    try:
        with opened(path, entry) as stream:
            content = stream.read()
    except (OSError, EOFError, zipfile.BadZipFile):
        return False

    def names(key: str) -> bool:
        if is_xml:
            return f"<{key}".encode() in content
        return f'"{key}"'.encode() in content or json.dumps(key).encode() in content

    return all(map(names, keys)) and any(all(map(names, steps)) for steps in paths)
