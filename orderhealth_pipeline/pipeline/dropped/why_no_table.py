"""Why there is no table in a file that a person brought: what the file is, and the way out.

What belongs here: the true reason, once nothing was found. What does not: looking for tables
(ingest/mapping).
"""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import Final

from orderhealth_pipeline.ingest.adapters.archives import trouble_with
from orderhealth_pipeline.ingest.adapters.source_declaration import is_archive, payload_format, table_format
from orderhealth_pipeline.ingest.files.disguised import disguise
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.sheets.xlsx_bounds import require_bounded
from orderhealth_pipeline.messages import Message, as_message

_LOOKED_AT: Final = 4096
_BLANK: Final = b"\xef\xbb\xbf \t\r\n\x00"
_ARRAY: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[")


def why_no_table(file: Path) -> Message:
    """Return why nothing can be made of a file in which no table was found."""
    try:
        start = _start(file)
    except (OSError, EOFError, zlib.error):
        return as_message("the file cannot be read")
    if not start.strip(_BLANK):
        return as_message("the file is empty")
    if is_archive(file):
        return _of_archive(file)
    told = disguise(file) or _of_format(file, start)
    return told or Message("there is no table with a header of two columns at least in it that can be read")


def _of_archive(file: Path) -> Message:
    return trouble_with(file) or Message(
        "in none of the files in the archive there is a table with a header that can be read"
    )


def _of_format(file: Path, start: bytes) -> Message | None:
    if payload_format(file.name) is not None:
        is_array = file.suffix.casefold() == ".jsonl" and _ARRAY.match(start) is not None
        if is_array:
            return as_message("a JSON array: write one object a line, as jq -c '.[]' does")
        return Message(
            "its records are of no platform that is known: write one object a line, as jq -c '.[]' does, and "
            "name it .jsonl"
        )
    kind = table_format(file.name)
    if kind is None:
        ending = file.suffix
        if ending.casefold() == ".gz":
            return Message("of files packed with gzip .csv.gz is read: name it so, or unpack it")
        return Message("files that end in '{ending}' are not read: save it as .xlsx or CSV", ending=ending)
    if kind == "xlsx":
        try:
            require_bounded(file)
        except UnreadableFileError as error:
            return as_message(error)
    return None


def _start(file: Path) -> bytes:
    if file.name.casefold().endswith(".csv.gz"):
        with gzip.open(file) as packed:
            return packed.read(_LOOKED_AT)
    with file.open("rb") as plain:
        return plain.read(_LOOKED_AT)
