"""Physical line numbers of the records of a text file, for the rows that are quarantined.

What belongs here: counting lines, in whole columns. What does not: finding records, which DuckDB's reader
did.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from orderhealth_pipeline.ingest.files.file_facts import LINE_FEED, chunks, open_text_bytes

Numbers = npt.NDArray[np.int64]


def empty_lines(path: Path) -> Numbers:
    """Find the numbers (from 1) of all empty lines."""
    lines_before, offset, last_break = 0, 0, -1
    empty = [np.empty(0, dtype=np.int64)]
    with open_text_bytes(path) as stream:
        for chunk in chunks(stream):
            breaks = np.flatnonzero(np.frombuffer(chunk, dtype=np.uint8) == LINE_FEED) + offset
            empty.append(lines_before + np.flatnonzero(np.diff(breaks, prepend=last_break) == 1) + 1)
            last_break = breaks[-1] if len(breaks) else last_break
            lines_before += len(breaks)
            offset += len(chunk)
    return np.concatenate(empty)


@dataclass(frozen=True)
class RecordLines:
    """What the records of a file take up: where the first starts, and every record that is not one line.

    `long` are the numbers (from 0) of the records over several lines, `long_lines` their lines that are not
    empty.
    """

    first_line: int
    empty: Numbers
    long: Numbers
    long_lines: Numbers


def lines_of_records(records: Numbers, layout: RecordLines) -> Numbers:
    """Return the physical line on which each of the records (numbers from 0) starts.

    Empty lines are no records, but may stand in quotes. So the lines that are not empty are numbered
    through: a record starts after those of all records before it, and their numbers are turned back into
    physical lines at the end.
    """
    additional = np.concatenate(([0], np.cumsum(layout.long_lines - 1)))
    numbered = layout.first_line + records + additional[np.searchsorted(layout.long, records)]
    empty_below = layout.empty[layout.empty >= layout.first_line]
    return numbered + np.searchsorted(empty_below - np.arange(len(empty_below)), numbered, side="right")
