"""The errors a user can cause, and the exit code each one ends with.

What belongs here: exceptions whose message is meant to be read by the person who made the mistake, in that
person's language. What does not: programming errors, which stay ordinary exceptions with a traceback.
"""

from __future__ import annotations

from pathlib import Path

from orderhealth_pipeline.messages import Locale, Message, as_message, in_locale


class OrderHealthError(Exception):
    """A mistake that the user can repair; the command line prints its message and never a traceback."""

    exit_code = 1

    def in_locale(self, locale: Locale) -> str:
        """Say what is wrong in a language; `str` says it in English."""
        return str(in_locale(as_message(self), locale))


class ConfigurationError(OrderHealthError):
    """`orderhealth.yml` or an expectation file is wrong. Nothing was written."""

    exit_code = 2

    def __init__(self, reason: str, *, file: Path | None = None, line: int | None = None) -> None:
        """Name the place first: `file:line: reason`."""
        place = "" if file is None else f"{file}:{line}: " if line is not None else f"{file}: "
        super().__init__(Message("{place}{reason}", place=place, reason=as_message(reason)))
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
        super().__init__(Message("{trouble} {way_out}", trouble=trouble, way_out=as_message(way_out)))
        self.trouble = trouble
