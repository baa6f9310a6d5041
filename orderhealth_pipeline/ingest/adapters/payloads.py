"""Answers and messages of interfaces, in JSON or XML: the records in them as rows of texts.

What belongs here: from a file to documents in JSON, and where their records lie. What does not: what the
records mean (an adapter's statements).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import duckdb
import polars as pl
import pyarrow as pa

from orderhealth_pipeline.ingest.adapters.heads import decoded, opened
from orderhealth_pipeline.ingest.adapters.recognise import ITSELF
from orderhealth_pipeline.ingest.adapters.source_declaration import AdapterSource, payload_format
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.staged import BROKEN_RECORDS, Staged
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sql import statement

_BYTES_AT_MOST: Final = 1 << 29
_DOCTYPE: Final = b"<!DOCTYPE"
_SURROGATES: Final = re.compile(
    r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


@dataclass(frozen=True)
class _Documents:
    """Documents by the line that they begin on, and the lines that hold none."""

    lines: list[int]
    texts: list[str]
    bad_lines: list[int]


def read_payload(
    con: duckdb.DuckDBPyConnection, source: AdapterSource, path: Path, entry: str | None
) -> tuple[pa.Table, Staged]:
    """Read the records of a file: texts under the names of the columns, and what was no record.

    Of JSON in lines `source_line` is the line, else the number of the document. Raises UnreadableFileError
    where the file is no JSON or XML.
    """
    documents = _documents(path, entry)
    con.register(
        "documents", pa.table({"line": documents.lines, "document": pa.array(documents.texts, pa.string())})
    )
    named = (*source.columns, *source.optional_columns)
    query = statement(
        "ingest/stage/select_payload",
        paths=[_json_path(each) for each in source.records],
        columns={name: _json_path(name) for name in named},
        required=[_json_path(name) for name in source.columns if not name.startswith("/")],
    )
    try:
        rows = con.sql(query).to_arrow_table()
    finally:
        con.unregister("documents")
    broken = pl.DataFrame(
        [(line - 1, "not_json", None, "the line is no JSON object", None) for line in documents.bad_lines],
        schema=BROKEN_RECORDS,
        orient="row",
    )
    return rows, Staged(columns=named, broken=broken)


def _json_path(path: str) -> str:
    if path == ITSELF:
        return "$"
    return "$" + "".join(f".{json.dumps(step, ensure_ascii=False)}" for step in path.lstrip("/").split("."))


def _documents(path: Path, entry: str | None) -> _Documents:
    with opened(path, entry) as stream:
        content = stream.read(_BYTES_AT_MOST + 1)
    if len(content) > _BYTES_AT_MOST:
        raise UnreadableFileError("the file is far too large", "too_large")
    if not content.strip():
        raise UnreadableFileError("the file is empty", "empty_file")
    kind = payload_format(entry or path.name)
    if kind == "xml":
        return _Documents([1], [json.dumps(_xml(content), ensure_ascii=False)], [])
    text = decoded(content if content.endswith(b"\n") else content + b"\n")[0]
    if kind == "jsonl":
        return _lines(text)
    if not _is_json(text):
        raise UnreadableFileError("the file is no JSON")
    return _Documents([1], [_mended(text)], [])


def _lines(text: str) -> _Documents:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    good = [(number, line) for number, line in lines if _is_json(line)]
    taken = {number for number, _ in good}
    return _Documents(
        [number for number, _ in good],
        [_mended(line) for _, line in good],
        [number for number, _ in lines if number not in taken],
    )


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text, parse_constant=_refused), dict | list)
    except (ValueError, RecursionError):
        return False


def _refused(word: str) -> None:
    raise ValueError(word)


def _mended(text: str) -> str:
    """Put the sign for what cannot be shown in the place of half an emoji, which DuckDB refuses."""
    return _SURROGATES.sub(lambda found: found[1] or "\\ufffd", text)


def _xml(content: bytes) -> Any:
    """Return a document of elements as objects: children by name, many of a name as a list."""
    if _DOCTYPE in content[:4096].upper():
        raise UnreadableFileError("the file declares a document type, which is not read")
    try:
        return _object_of(ET.fromstring(content))  # noqa: S314 - entities need a document type, which is refused
    except (ET.ParseError, RecursionError, ValueError) as error:
        raise UnreadableFileError(Message("the file is no XML ({error})", error=str(error))) from error


def _object_of(element: ET.Element) -> Any:
    if not len(element):
        return (element.text or "").strip() or None
    found: dict[str, Any] = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        value = _object_of(child)
        if name in found:
            found[name] = [*found[name], value] if isinstance(found[name], list) else [found[name], value]
        else:
            found[name] = value
    return found
