"""What is wrong with a file that cannot be read.

What belongs here: the error, and what it says of columns that lack. What does not: what becomes of the file
(ingest/load.py).
"""

from __future__ import annotations

from collections.abc import Collection

from orderhealth_pipeline.messages import Message


class UnreadableFileError(Exception):
    """A file that is no file of its format, or is cut short; its message says what was found.

    `kind` is a word of rejection_kinds.yml. The message never holds contents of the file.
    """

    def __init__(self, reason: str, kind: str = "unreadable_file") -> None:
        super().__init__(reason)
        self.kind = kind


class HeaderBelowError(UnreadableFileError):
    """A text's header stands below lines that belong to no table: on `line`."""

    def __init__(self, reason: str, line: int) -> None:
        """Keep the line apart from the reason: who cut the text knows another number."""
        super().__init__(reason, "no_header")
        self.line = line


def without_columns(
    missing: Collection[str], columns: Collection[str], wanted: Collection[str]
) -> UnreadableFileError:
    """Name what is missing, and what is there of the feed's own columns: other names may be values.

    Where a file has no header line, the first row stands in its place.
    """
    found = [column for column in columns if column in wanted]
    others = len(columns) - len(found)
    if not columns:
        return UnreadableFileError("the file has no rows that name a column", "no_header")
    if not found:
        why = Message(
            "none of its {others} columns is one of the feed's: is the first line a header? "
            "orderhealth map reads other names",
            others=others,
        )
        return UnreadableFileError(why, "no_header")
    there: str = ", ".join(found)
    if others:
        there = Message("{names} and {others} more", names=there, others=others)
    return UnreadableFileError(
        Message("the column {missing} is missing (found: {there})", missing=", ".join(missing), there=there),
        "missing_column",
    )
