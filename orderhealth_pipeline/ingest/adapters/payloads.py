"""Answers and messages of interfaces, in JSON or XML: the records in them as rows of texts.

What belongs here: from a file to documents in JSON, and where their records lie. What does not: what the
records mean (an adapter's statements).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import duckdb
import polars as pl
import pyarrow as pa

from orderhealth_pipeline import sql
from orderhealth_pipeline.ingest.adapters.heads import decoded, opened
from orderhealth_pipeline.ingest.adapters.recognise import ITSELF
from orderhealth_pipeline.ingest.adapters.source_declaration import AdapterSource, payload_format
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.staged import BROKEN_RECORDS, KEPT_ROWS, Staged
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sql import statement

_Broken = tuple[int, str, str | None, str, str | None]
"""A row of BROKEN_RECORDS."""

_LACKING: Final = ("record_list", "lacking", "lacking_text")
_LACKS: Final = "this record lacks it, and others of its list do not"
_REPEATED: Final = ("repeated_column", "repeated_text")
_BYTES_AT_MOST: Final = 1 << 29
_DOCTYPE: Final = b"<!DOCTYPE"
_SURROGATES: Final = re.compile(
    r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


@dataclass(frozen=True)
class _Documents:
    """Documents by the line that they begin on, whether one repeats a key, and the lines that hold none."""

    lines: list[int]
    texts: list[str]
    are_doubtful: list[bool]
    bad_lines: list[int]

    def as_table(self) -> pa.Table:
        """Return a row for each document."""
        texts, doubtful = pa.array(self.texts, pa.string()), pa.array(self.are_doubtful, pa.bool_())
        return pa.table({"line": self.lines, "document": texts, "is_doubtful": doubtful})


def read_payload(
    con: duckdb.DuckDBPyConnection,
    source: AdapterSource,
    path: Path,
    entry: str | None,
    others: Sequence[AdapterSource] = (),
) -> tuple[pa.Table, Staged]:
    """Read the records of a file: texts under the names of the columns, and what was no record.

    Of JSON in lines `source_line` is the line, else the number of the document. A record that lacks a column
    is of another kind, unless the list that it stands in has some of this kind: then it is rejected. `others`
    are the sources that may read it. Raises UnreadableFileError where the file is no JSON or XML.
    """
    documents = _documents(path, entry)
    has_doubtful = any(documents.are_doubtful)
    named = (*source.columns, *source.optional_columns)
    query = statement(
        "ingest/json/select_payload",
        paths=[_json_path(each) for each in source.records],
        columns={name: _json_path(name) for name in named},
        required=_required(source),
        others=[list(_required(each).values()) for each in others if _required(each)],
        has_doubtful=has_doubtful,
        around=[
            each.lstrip("/") for each in (*source.records, *named) if each[0] == "/" or each in source.records
        ],
        within=["" if each == ITSELF else each for each in named if each[0] != "/"],
    )
    con.register("documents", documents.as_table())
    try:
        if has_doubtful:
            sql.run(con, "ingest/json/create_repeated_column")
        rows = con.sql(query).to_arrow_table()
    finally:
        con.unregister("documents")
    broken: list[_Broken] = [
        (line - 1, "not_json", None, "the line is no JSON object", None) for line in documents.bad_lines
    ]
    rows, lacking = _whole(rows)
    if has_doubtful:
        rows, repeated = _apart(rows)
        lacking += repeated
    if lacking:
        broken = sorted([*broken, *lacking], key=lambda each: each[0])
    return rows, Staged(columns=named, broken=pl.DataFrame(broken, schema=BROKEN_RECORDS, orient="row"))


def _required(source: AdapterSource) -> dict[str, str]:
    return {name: _json_path(name) for name in source.columns if not name.startswith("/")}


def _whole(rows: pa.Table) -> tuple[pa.Table, list[_Broken]]:
    """Part records that lack a column from the others; those among others of their list become rejections."""
    if rows.column("lacking").null_count == rows.num_rows:
        return rows.drop_columns(list(_LACKING)), []
    frame = pl.DataFrame(rows)
    is_whole = pl.col("lacking").is_null()
    lists = frame.filter(is_whole).select("source_line", "record_list").unique()
    partial = frame.filter(~is_whole).join(lists, on=["source_line", "record_list"], how="semi")
    return frame.filter(is_whole).drop(_LACKING).to_arrow(), [
        (
            each["source_line"] - 1,
            "missing_value",
            each["lacking"],
            f"{each['lacking']}: {_LACKS}",
            each["lacking_text"] if number < KEPT_ROWS else None,
        )
        for number, each in enumerate(partial.to_dicts())
    ]


def _apart(rows: pa.Table) -> tuple[pa.Table, list[_Broken]]:
    """Part the records that say a column once from the others, which become rejections."""
    frame = pl.DataFrame(rows)
    is_good = pl.col(_REPEATED[0]).is_null()
    repeated = frame.filter(~is_good).select("source_line", *_REPEATED).to_dicts()
    return frame.filter(is_good).drop(_REPEATED).to_arrow(), [
        (
            each["source_line"] - 1,
            "repeated_key",
            each["repeated_column"],
            f"{each['repeated_column']}: the object names it twice, with different values",
            each["repeated_text"] if number < KEPT_ROWS else None,
        )
        for number, each in enumerate(repeated)
    ]


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
        return _Documents([1], [json.dumps(_xml(content), ensure_ascii=False)], [False], [])
    text = decoded(content if content.endswith(b"\n") else content + b"\n")[0]
    if kind == "jsonl":
        return _lines(text)
    looked_at = _looked_at(text)
    if looked_at is None:
        raise UnreadableFileError("the file is no JSON")
    return _Documents([1], [_mended(text)], [looked_at.has_repeated], [])


def _lines(text: str) -> _Documents:
    lines = [
        (number, line, _looked_at(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()
    ]
    good = [(number, line, found) for number, line, found in lines if found is not None]
    return _Documents(
        [number for number, _, _ in good],
        [_mended(line) for _, line, _ in good],
        [found.has_repeated for _, _, found in good],
        [number for number, _, found in lines if found is None],
    )


@dataclass
class _LookedAt:
    """Whether an object of a document repeats a key."""

    has_repeated: bool = False

    def object_of(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Make an object of what it names."""
        found = dict(pairs)
        if len(found) < len(pairs):
            self.has_repeated = True
        return found


def _looked_at(text: str) -> _LookedAt | None:
    """Look through a document; None where it is no JSON of an object or a list."""
    found = _LookedAt()
    try:
        document = json.loads(text, parse_constant=_refused, object_pairs_hook=found.object_of)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(document, dict | list) else None


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
