"""File sink: a list that people and robots work through, as CSV or as a spreadsheet, and their receipts.

What belongs here: writing each action once, whatever dies in between. What does not: the cells (rows.py), and
reading receipts (receipts.py).

A CSV file only ever grows, so that a robot may read on from where it was, or move the file away. A
spreadsheet is written anew each time, of the ledger beside it, with what has no receipt yet. The ledger has
every key that was ever written: an action whose process died is not written twice.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from orderhealth_pipeline.respond.actions.settings import SinkSettings
from orderhealth_pipeline.respond.sinks.receipts import answered_keys, prepare_receipts
from orderhealth_pipeline.respond.sinks.rows import COLUMNS, KEY, a_line_a_customer, rows_of
from orderhealth_pipeline.respond.sinks.sink import NotDoneError, Parcel

_BOM: Final = "\ufeff"
_PRIVATE: Final = 0o600
_CHARACTERS_WIDE: Final = 16


@dataclass(frozen=True)
class FileSink:
    """A file on this machine, or on a shared folder."""

    name: str
    settings: SinkSettings

    @property
    def path(self) -> Path:
        """The list itself."""
        if self.settings.path is None:
            raise ValueError("a file sink has no path")
        return self.settings.path

    @property
    def ledger(self) -> Path:
        """The file that has every action that was ever written, a line of JSON each."""
        return self.path.with_name(f".{self.path.name}.ledger")

    def written(self, parcel: Parcel, now: datetime) -> bytes:  # noqa: ARG002
        """Return the rows as CSV with their header, whatever the form of the file."""
        return _csv(rows_of(parcel), with_header=True)

    @property
    def most_at_once(self) -> int:
        """A spreadsheet is written anew each time."""
        return 500

    def send(self, parcels: Sequence[Parcel], now: datetime) -> None:  # noqa: ARG002
        """Write the actions' rows, unless they were written before."""
        rows = {parcel.idempotency_key: rows_of(parcel) for parcel in parcels}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            prepare_receipts(self.path)
            if self.path.suffix.casefold() == ".csv":
                self._append(rows)
            else:
                self._rewrite(rows)
        except OSError as error:
            raise NotDoneError(f"the file cannot be written: {error.strerror or error}") from None

    def _append(self, rows: Mapping[str, list[dict[str, str]]]) -> None:
        recorded = self._known_keys()
        mend(self.path, recorded)
        known = recorded | _keys_of_csv(self.path)
        new = [row for key, of_key in rows.items() if key not in known for row in of_key]
        is_new = not self.path.exists() or self.path.stat().st_size == 0
        if new:
            append(self.path, _csv(new, with_header=is_new))
        append(self.ledger, b"".join(_line({"key": key}) for key in rows if key not in recorded))

    def _rewrite(self, rows: Mapping[str, list[dict[str, str]]]) -> None:
        known = self._known_keys()
        new = [{"key": key, "rows": of_key} for key, of_key in rows.items() if key not in known]
        append(self.ledger, b"".join(map(_line, new)))
        done = answered_keys(self.path)
        waiting = [each for each in self._entries() if each["key"] not in done]
        put_in_place(
            self.path, _xlsx(a_line_a_customer(row for each in waiting for row in each.get("rows", ())))
        )

    def _known_keys(self) -> set[str]:
        return {each["key"] for each in self._entries()}

    def _entries(self) -> list[dict[str, Any]]:
        try:
            lines = self.ledger.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        # The last piece is empty, or the half of a line that somebody died over.
        return [json.loads(line) for line in lines[:-1]]


def mend(path: Path, recorded: Collection[str]) -> None:
    """Drop half a line at the end of a list that somebody died over, so that it is written again.

    A last line whose key was recorded is whole: a person has saved the list without its end. Raises OSError.
    """
    if not path.exists():
        return
    with path.open("r+b") as opened:
        content = opened.read()
        end = content.rfind(b"\n") + 1
        if end == len(content):
            return
        if content[end:].split(b",", 1)[0].decode(errors="replace").strip('"') in recorded:
            opened.write(b"\r\n")
        else:
            opened.truncate(end)


def append(path: Path, content: bytes) -> None:
    """Append whole lines in one write, after dropping half a line that somebody died over. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE)
    try:
        end = os.lseek(descriptor, 0, os.SEEK_END)
        end = _end_of_last_line(descriptor, end)
        os.ftruncate(descriptor, end)
        os.lseek(descriptor, end, os.SEEK_SET)
        if os.write(descriptor, content) < len(content):
            os.ftruncate(descriptor, end)
            raise OSError("the disk took only a part of it")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(path: Path, content: bytes) -> None:
    """Replace a file in one piece. Raises OSError."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(path)


def _end_of_last_line(descriptor: int, end: int) -> int:
    step = 1 << 16
    while end > 0:
        begin = max(0, end - step)
        found = os.pread(descriptor, end - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False).encode() + b"\n"


def _keys_of_csv(path: Path) -> set[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            return {row.get(KEY) or "" for row in csv.DictReader(opened)}
    except FileNotFoundError:
        return set()


def _csv(rows: Iterable[dict[str, str]], *, with_header: bool) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    if with_header:
        writer.writeheader()
    writer.writerows(rows)
    return ((_BOM if with_header else "") + text.getvalue()).encode()


def _xlsx(rows: Iterable[dict[str, str]]) -> bytes:
    # It takes a tenth of a second to import, and most runs write none.
    import xlsxwriter

    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("actions")
        heading = book.add_format({"bold": True, "bottom": 1})
        last = 0
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, column, heading)
        for last, row in enumerate(rows, start=1):
            for place, column in enumerate(COLUMNS):
                if row[column]:
                    sheet.write_string(last, place, row[column])
        sheet.set_column(0, len(COLUMNS) - 1, _CHARACTERS_WIDE)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    return file.getvalue()
