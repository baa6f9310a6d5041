"""What a file is by its first bytes, where that is not what its name says.

What belongs here: telling people so, once a file could not be read as what it is called. What does not:
reading it all the same: who renames or saves it knows what they have.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final, NamedTuple

from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.messages import Message


class _Content(NamedTuple):
    """How files of a kind begin (in small letters), the names they rightly have, and what to do else."""

    begins: tuple[bytes, ...]
    names: tuple[str, ...]
    way_out: Message


_LOOKED_AT: Final = 1024
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"
_NO_TEXTS: Final = ("xlsx", "parquet")
_CONTENTS: Final = (
    _Content(
        (b"pk\x03\x04",),
        (".xlsx", ".zip"),
        Message("it is a spreadsheet or a ZIP: name it .xlsx, or unpack it"),
    ),
    _Content((b"rar!\x1a",), (), Message("it is a RAR archive: unpack it, and use the file that was in it")),
    _Content(
        (b"7z\xbc\xaf\x27\x1c",),
        (),
        Message("it is a 7z archive: unpack it, and use the file that was in it"),
    ),
    _Content(
        (b"\xd0\xcf\x11\xe0",),
        (".xlsx",),  # which may be locked with a password, and is told of as such
        Message("it is an old Excel file (.xls): save it as .xlsx"),
    ),
    _Content((b"%pdf",), (), Message("it is a PDF: export the table as .xlsx or CSV")),
    _Content(
        (b"\x1f\x8b",),
        (".gz",),
        Message("it is packed with gzip, which its name does not say: name it .csv.gz"),
    ),
    _Content(
        (b"par1",),
        (".parquet",),
        Message("it is a Parquet file: name it .parquet"),
    ),
    _Content(
        (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta"),
        (),
        Message("it is a web page (HTML): open it and save it as .xlsx or CSV"),
    ),
    _Content(
        (b'{"', b'[{"'),
        (".json", ".jsonl"),
        Message("it holds JSON: name it .jsonl, with one object a line"),
    ),
)


_DOCUMENTS: Final = (
    (".iwa", Message("it is a Numbers document: export it as .xlsx (File, Export To, Excel)")),
    ("content.xml", Message("it is an OpenDocument spreadsheet (.ods): save it as .xlsx")),
    (
        "word/document.xml",
        Message("it is a Word document: copy its table into a spreadsheet"),
    ),
    ("xl/workbook.bin", Message("it is a binary Excel file (.xlsb): save it as .xlsx")),
)
"""By a part that only they have."""


def is_no_table(start: bytes) -> bool:
    """Say whether what begins like that is none of lines and columns, whatever it is called."""
    return _content(start) is not None


def disguise(path: Path) -> Message | None:
    """Say what a file is instead of what its name says, and the way out; null where the two agree."""
    try:
        with path.open("rb") as stream:
            start = stream.read(_LOOKED_AT)
    except OSError:
        return None
    name, found = path.name.casefold(), _content(start)
    if found is _CONTENTS[0] and (inside := _of_zip(path)) is not None:
        return inside
    if found is not None:
        return None if name.endswith(found.names) else found.way_out
    kind = name.rpartition(".")[2]
    if kind not in _NO_TEXTS or not start or b"\x00" in start:
        return None
    return Message(
        "not a readable {format} file: it holds text; name it .csv, or .jsonl where each line is an object",
        format=kind,
    )


def _of_zip(path: Path) -> Message | None:
    """Say what is a ZIP within: programs pack their documents so."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.namelist()
    except (OSError, zipfile.BadZipFile, ValueError):
        return None
    return next((way_out for end, way_out in _DOCUMENTS for part in parts if part.endswith(end)), None)


def undisguised(path: Path, error: UnreadableFileError | OSError) -> UnreadableFileError | OSError:
    """Return an error with the true reason where the file is something else than its name says."""
    if isinstance(error, OSError) or (told := disguise(path)) is None:
        return error
    return UnreadableFileError(told, "unreadable_file")


def _content(start: bytes) -> _Content | None:
    begin = start.lstrip(_BLANK).lower()
    return next((each for each in _CONTENTS if begin.startswith(each.begins)), None)
