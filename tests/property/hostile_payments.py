"""Payment files as bad as they come, in every format, and a slow reader who knows what becomes of each row.

What belongs here: rows with known faults, files of them, and their accounts in plain Python. What does not:
what the project makes of them (test_accounting.py).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal, NamedTuple

import polars as pl
import xlsxwriter
from hypothesis import strategies as st

from orderhealth_pipeline.ingest.files.file_names import natural_order
from tests.ingest_files import AS_OF, PAYMENTS

Fault = Literal["", "amount", "instant", "status", "short", "quote", "character"]
Format = Literal["csv", "csv.gz", "jsonl", "parquet", "xlsx"]

COLUMNS: Final = PAYMENTS.split(",")
_OF_TEXTS: Final = frozenset({"short", "quote", "character"})
_INSTANTS: Final = (
    None,
    AS_OF - timedelta(days=2),
    AS_OF - timedelta(days=1),
    AS_OF,
    AS_OF + timedelta(hours=7),
)


class Row(NamedTuple):
    """One payment; `updated` is a place in _INSTANTS, of which the last lies ahead."""

    payment_id: str
    order_id: str
    amount: int
    updated: int
    fault: Fault

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other payments."""
        return self.payment_id, self.order_id

    @property
    def is_ahead(self) -> bool:
        """Say whether it becomes true after AS_OF."""
        return self.updated == len(_INSTANTS) - 1

    def cells(self) -> dict[str, str]:
        """Write it, with its fault where that is one of a value."""
        updated = _INSTANTS[self.updated]
        return {
            "payment_id": self.payment_id,
            "order_id": self.order_id,
            "paid_at": "yesterday" if self.fault == "instant" else "2026-11-10T20:00:00+08:00",
            "amount": "much" if self.fault == "amount" else str(self.amount),
            "method": "alipay",
            "status": "" if self.fault == "status" else "succeeded",
            "updated_at": "" if updated is None else updated.isoformat(),
        }


class File(NamedTuple):
    """A file as it is before one of the runs; one of a name takes the place of the one before."""

    number: int
    format: Format
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """Its name, which people count by."""
        return f"payments_{self.number}.{self.format}"

    def accepted(self) -> list[Row]:
        """List what can be used. A fault that a format cannot have is none there."""
        return [row for row in self.rows if not self.has_fault(row)]

    def has_fault(self, row: Row) -> bool:
        """Say whether a row of it cannot be used."""
        return bool(row.fault) and (row.fault not in _OF_TEXTS or self.format.startswith("csv"))

    def write(self, folder: Path) -> None:
        """Write it into a folder."""
        path, cells = folder / self.name, [row.cells() for row in self.rows]
        match self.format:
            case "csv":
                path.write_bytes(self._csv())
            case "csv.gz":
                path.write_bytes(gzip.compress(self._csv(), mtime=0))
            case "jsonl":
                path.write_text("".join(json.dumps(each) + "\n" for each in cells), encoding="utf-8")
            case "parquet":
                pl.DataFrame(cells, schema=dict.fromkeys(COLUMNS, pl.String())).write_parquet(path)
            case "xlsx":
                with xlsxwriter.Workbook(path) as book:
                    # The same rows are the same bytes, whenever they are written.
                    book.set_properties({"created": AS_OF})
                    sheet = book.add_worksheet()
                    sheet.write_row(0, 0, COLUMNS)
                    for line, each in enumerate(cells, start=1):
                        for place, value in enumerate(each.values()):
                            sheet.write_string(line, place, value)

    def _csv(self) -> bytes:
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerow(COLUMNS)
        lines = [written.getvalue().encode(), *(self._line(row) for row in self.rows)]
        return b"".join(lines)

    @staticmethod
    def _line(row: Row) -> bytes:
        values = list(row.cells().values())
        match row.fault:
            case "short":
                return f"{row.payment_id},{row.order_id}\n".encode()
            case "quote":
                values[4] = '"open'
            case "character":
                return ",".join(values).encode().replace(b"alipay", b"ali\xff\xff\xe4pay") + b"\n"
        return ",".join(values).encode() + b"\n"


ROWS: Final = st.builds(
    Row,
    st.sampled_from(["P1", "P2", "P3"]),
    st.sampled_from(["O1", "O2"]),
    st.integers(1, 2),
    st.integers(0, len(_INSTANTS) - 1),
    st.sampled_from(["", "", "", "", "", "amount", "instant", "status", "short", "quote", "character"]),
)
FILES: Final = st.builds(
    File,
    st.sampled_from([1, 2, 10]),
    st.sampled_from(["csv", "csv", "csv.gz", "jsonl", "parquet", "xlsx"]),
    st.lists(ROWS, min_size=1, max_size=8).map(tuple),
)
RUNS: Final = st.lists(
    st.lists(FILES, min_size=1, max_size=2, unique_by=lambda file: file.name), min_size=1, max_size=4
)


@dataclass
class _Version:
    amount: int
    order: str
    place: tuple[str, int, int]


@dataclass
class SlowReader:
    """What a store knows after some runs, row by row."""

    versions: dict[tuple[tuple[str, str], int], list[_Version]] = field(default_factory=dict)
    missing: dict[str, list[Row]] = field(default_factory=dict)
    seen: dict[str, File] = field(default_factory=dict)
    loads: int = 0

    def run(self, files: Iterable[File]) -> dict[str, int]:
        """Load files and give the account of the run, in counts."""
        counts: Counter[str] = Counter()
        for file in sorted(files, key=lambda each: natural_order(each.name)):
            if self.seen.get(file.name) != file:
                self._load(file, counts)
        return counts

    def state(self) -> dict[str, int]:
        """Count what is kept of all files."""
        visible = {key for key, updated in self.versions if not _is_ahead(updated)}
        ahead = sum(len(each) for (_, updated), each in self.versions.items() if _is_ahead(updated))
        every = sum(map(len, self.versions.values()))
        rejected = sum(map(len, self.missing.values()))
        return {
            "rows": len(visible),
            "replaced": every - ahead - len(visible),
            "ahead": ahead,
            "rejected": rejected,
        }

    def _load(self, file: File, counts: Counter[str]) -> None:
        self.loads += 1
        self.seen[file.name] = file
        accepted = file.accepted()
        counts["read"] += len(file.rows)
        counts["rejected"] += len(file.rows) - len(accepted)
        there = {key for key, updated in self.versions if not _is_ahead(updated)}
        arriving = Counter((row.key, row.updated) for row in accepted)
        order = natural_order(file.name)
        for line, row in enumerate(file.rows):
            if file.has_fault(row):
                continue
            place, known = (order, self.loads, line), self._counting(row)
            is_repeated = (
                arriving[row.key, row.updated] == 1 and known is not None and known.amount == row.amount
            )
            if is_repeated and known is not None:
                counts["known"] += 1
                known.place = max(known.place, place) if known.order < order else known.place
                known.order = max(known.order, order)
                continue
            self.versions.setdefault((row.key, row.updated), []).append(_Version(row.amount, order, place))
            if row.is_ahead:
                counts["ahead"] += 1
            elif row.key in there:
                counts["replaced"] += 1
            else:
                counts["new"] += 1
                there.add(row.key)
        brought = {row.key for row in accepted}
        for name, rows in self.missing.items():
            self.missing[name] = [row for row in rows if row.fault in _OF_TEXTS or row.key not in brought]
        self.missing[file.name] = [row for row in file.rows if file.has_fault(row)]

    def _counting(self, row: Row) -> _Version | None:
        return max(self.versions.get((row.key, row.updated), ()), key=lambda each: each.place, default=None)


def _is_ahead(updated: int) -> bool:
    return updated == len(_INSTANTS) - 1
