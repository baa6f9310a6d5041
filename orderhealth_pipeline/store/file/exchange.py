"""Puts a store that was built anew in the place of the old one, which is kept under another name.

What belongs here: keeping others out, and an exchange that is safe at every moment. What does not: building
the new store (pipeline/rebuild.py).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.store.file.faults import busy
from orderhealth_pipeline.store.file.files import (
    aside_path,
    fresh_path,
    replace_keeping_mode,
    sidecars,
    snapshot_path,
)

Stamp = tuple[int, int, int]
"""The file itself, its size and its last change: another stamp is another content."""


def stamp_of(store: Path) -> Stamp:
    """Take the stamp of the store as it is now."""
    facts = store.stat()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


@contextmanager
def kept_from_others(store: Path, stamp: Stamp) -> Iterator[None]:
    """Hold the lock that DuckDB takes to write, without opening the store as one, which may be impossible.

    Nothing in the context may open the store: closing it would give up the lock of the whole process. Raises
    StoreError where another process is in the store, or has changed it since the stamp was taken.
    """
    descriptor = os.open(store, os.O_RDWR)
    try:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise busy(store) from None
        if stamp_of(store) != stamp:
            raise busy(store)
        yield
    finally:
        os.close(descriptor)


def exchange(store: Path) -> Path:
    """Put the fresh store and its fresh snapshot in place; return the name under which the old store is kept.

    At every moment there is a whole store under its name: before the last step the old one, after it the new
    one. Who dies in between leaves a second name, which the next one who opens the store removes. Raises
    StoreError, with everything as it was, where the file cannot be kept.
    """
    aside = _set_aside(store)
    try:
        for sidecar in sidecars(store):
            # It belongs to the old file: DuckDB would refuse it beside the new one.
            sidecar.unlink(missing_ok=True)
        for target in (snapshot_path(store), store):
            replace_keeping_mode(fresh_path(target), target)
    except BaseException:
        _take_back(aside, store)
        raise
    return aside


def _set_aside(store: Path) -> Path:
    names = (aside_path(store, number) for number in count(1))
    aside = next(name for name in names if not any(file.exists() for file in (name, *sidecars(name))))
    try:
        os.link(store, aside, follow_symlinks=False)
        for own, kept in zip(sidecars(store), sidecars(aside), strict=True):
            if own.exists():
                os.link(own, kept)
    except OSError as error:
        if aside.exists():
            _take_back(aside, store)
        raise StoreError(
            Message(
                "{store}: the old file cannot be kept as {aside} ({reason}).",
                store=store,
                aside=aside,
                reason=error.strerror,
            )
        ) from None
    return aside


def _take_back(aside: Path, store: Path) -> None:
    for kept, own in zip(sidecars(aside), sidecars(store), strict=True):
        if kept.exists():
            # Where both are names of one file this does nothing, and the second name is removed after it.
            kept.replace(own)
        kept.unlink(missing_ok=True)
    aside.unlink()
