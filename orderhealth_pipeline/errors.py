"""The errors a user can cause, and the exit code each one ends with.

What belongs here: exceptions whose message is meant to be read by the person who made the mistake. What does
not: programming errors, which stay ordinary exceptions with a traceback.
"""

from __future__ import annotations

from pathlib import Path


class OrderHealthError(Exception):
    """A mistake that the user can repair; the command line prints its message and never a traceback."""

    exit_code = 1


class ConfigurationError(OrderHealthError):
    """`orderhealth.yml` or an expectation file is wrong. Nothing was written."""

    exit_code = 2

    def __init__(self, reason: str, *, file: Path | None = None, line: int | None = None) -> None:
        """Name the place first: `file:line: reason`."""
        place = "" if file is None else f"{file}:{line}: " if line is not None else f"{file}: "
        super().__init__(place + reason)
        self.reason = reason
        self.file = file
        self.line = line


class UnusableInputError(OrderHealthError):
    """The feeds folder holds nothing that can be read. Nothing was written."""

    exit_code = 3


class StoreError(OrderHealthError):
    """The store is busy, damaged, or written by a newer version."""

    exit_code = 4


class BusyStoreError(StoreError):
    """Another process has the store: the same will work when it is done."""


class BrokenStoreError(StoreError):
    """The store is damaged or written by another version: what is wrong, then the way out."""

    def __init__(self, trouble: str, way_out: str) -> None:
        """Keep what is wrong apart from the way out, for those who are on it."""
        super().__init__(f"{trouble} {way_out}")
        self.trouble = trouble
