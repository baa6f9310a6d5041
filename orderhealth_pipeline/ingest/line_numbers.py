"""Physical line numbers of the records of a text file, for the rows that are quarantined.

What belongs here: counting lines, in whole columns. What does not: finding records, which DuckDB's reader
did.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from orderhealth_pipeline.ingest.file_facts import LINE_FEED, chunks, open_text_bytes

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ScannedLines:
    """The line (from 1) of every position that was asked for, and the numbers of all empty lines."""

    of_positions: Numbers
    empty: Numbers


def scan_lines(path: Path, positions: Numbers) -> ScannedLines:
    """Count the lines up to each position (bytes, from 0, ascending), and find the empty ones."""
    lines_before = 0
    offset = 0
    last_break = -1
    of_positions = np.ones(len(positions), dtype=np.int64)
    empty = []
    with open_text_bytes(path) as stream:
        for chunk in chunks(stream):
            breaks = np.flatnonzero(np.frombuffer(chunk, dtype=np.uint8) == LINE_FEED) + offset
            here = slice(*np.searchsorted(positions, (offset, offset + len(chunk))))
            of_positions[here] = lines_before + np.searchsorted(breaks, positions[here]) + 1
            lengths = np.diff(breaks, prepend=last_break)
            empty.append(lines_before + np.flatnonzero(lengths == 1) + 1)
            last_break = breaks[-1] if len(breaks) else last_break
            lines_before += len(breaks)
            offset += len(chunk)
    return ScannedLines(of_positions, np.concatenate(empty) if empty else np.empty(0, dtype=np.int64))


@dataclass(frozen=True)
class RecordLines:
    """What the records of a file take up: where the first starts, and every record that is not one line.

    `long` are the numbers (from 0) of the good records over several lines, `long_lines` their lines that
    are not empty; `broken` the first lines of the records that are not among the good, `broken_lines` the
    like of them.
    """

    first_line: int
    empty: Numbers
    long: Numbers
    long_lines: Numbers
    broken: Numbers
    broken_lines: Numbers


def lines_of_records(records: Numbers, layout: RecordLines) -> Numbers:
    """Give the physical line on which each of the good records (numbers from 0) starts.

    Empty lines are no records, but may stand in quotes. So the lines that are not empty are numbered
    through: a record starts after those of all records before it, and their numbers are turned back into
    physical lines at the end.
    """
    additional = np.concatenate(([0], np.cumsum(layout.long_lines - 1)))
    before = records + additional[np.searchsorted(layout.long, records)]
    empty_below = layout.empty[layout.empty >= layout.first_line]
    broken = layout.broken - layout.first_line - np.searchsorted(empty_below, layout.broken)
    taken = np.concatenate(([0], np.cumsum(layout.broken_lines)))
    before = before + taken[np.searchsorted(broken - taken[:-1], before, side="right")]
    numbered = layout.first_line + before
    return numbered + np.searchsorted(empty_below - np.arange(len(empty_below)), numbered, side="right")
