"""Text files of records, rewritten record by record; what is not changed keeps its bytes.

What belongs here: CSV and JSON lines, also packed. What does not: what is changed (masking.py).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final, cast

from orderhealth_pipeline.sources.landing.files import finish, part_of, unfinished

_CODECS: Final = ("utf-8-sig", "utf-8", "gb18030")
_DELIMITERS: Final = ",;\t|"
_LONGEST_FIELD: Final = 2**31 - 1

ChangeRow = Callable[[Sequence[str], Sequence[str]], Sequence[str]]
ChangeDocument = Callable[[Any], Any]
IsMeant = Callable[[str], bool]
"""Says of the text of a record whether it may have to be changed: all others keep their bytes."""


def rewrite(path: Path, row: ChangeRow, document: ChangeDocument, is_meant: IsMeant) -> int:
    """Change a file's records in place, and return how many. Raises OSError.

    The file's mode and the time of its change stay.
    """
    is_packed = path.name.endswith(".gz")
    facts = path.stat()
    changed = 0
    with _opened(path, is_packed=is_packed) as source, unfinished(path) as raw:
        target = cast("IO[bytes]", gzip.GzipFile(fileobj=raw, mode="wb", mtime=0)) if is_packed else raw
        is_json = ".json" in path.suffixes or ".jsonl" in path.suffixes
        lines = _json_lines(source, document, is_meant) if is_json else _csv_records(source, row, is_meant)
        for record, is_changed in lines:
            target.write(record)
            changed += is_changed
        if is_packed:
            target.close()
    if not changed:
        part_of(path).unlink()
        return 0
    os.utime(part_of(path), ns=(facts.st_atime_ns, facts.st_mtime_ns))
    part_of(path).chmod(stat.S_IMODE(facts.st_mode))
    finish([path])
    return changed


def _opened(path: Path, *, is_packed: bool) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if is_packed else path.open("rb")


def _json_lines(source: IO[bytes], change: ChangeDocument, is_meant: IsMeant) -> Iterator[tuple[bytes, bool]]:
    for line in source:
        text, codec = _decoded(line)
        changed = None
        if is_meant(text):
            try:
                changed = json.dumps(change(json.loads(text)), ensure_ascii=False) + "\n"
            except (ValueError, RecursionError):
                changed = None
        same = changed is None or _same_json(changed, text)
        yield (line, False) if same or changed is None else (changed.encode(codec), True)


def _same_json(one: str, other: str) -> bool:
    return bool(json.loads(one) == json.loads(other))


def _csv_records(source: IO[bytes], change: ChangeRow, is_meant: IsMeant) -> Iterator[tuple[bytes, bool]]:
    csv.field_size_limit(_LONGEST_FIELD)
    header: list[str] = []
    delimiter = ","
    for number, record in enumerate(_records(source)):
        text, codec = _decoded(record)
        if number == 0:
            delimiter = max(_DELIMITERS, key=text.count)
            header = next(csv.reader([text], delimiter=delimiter), [])
            yield record, False
            continue
        if not is_meant(text):
            yield record, False
            continue
        row = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        changed = list(change(header, row))
        if changed == row:
            yield record, False
            continue
        written = io.StringIO()
        csv.writer(written, delimiter=delimiter, lineterminator="\n").writerow(changed)
        yield written.getvalue().encode(codec), True


def _records(source: IO[bytes]) -> Iterator[bytes]:
    """Return records with their line breaks: a line whose quotes are open goes on in the next."""
    held = b""
    for line in source:
        held += line
        if held.count(b'"') % 2 == 0:
            yield held
            held = b""
    if held:
        yield held


def _decoded(record: bytes) -> tuple[str, str]:
    for codec in _CODECS:
        try:
            text = record.decode(codec)
        except UnicodeDecodeError:
            continue
        # Only the first record of a file has a mark; it is never written again.
        return text, "utf-8" if codec == "utf-8-sig" else codec
    return record.decode("utf-8", "surrogateescape"), "utf-8"
