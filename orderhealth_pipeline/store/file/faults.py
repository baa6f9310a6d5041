"""Says what is wrong with a store so that a person knows the way out.

What belongs here: turning what DuckDB complains of into a StoreError. What does not: opening the store
(connection.py).
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline.errors import BrokenStoreError, BusyStoreError, StoreError, UnusableInputError
from orderhealth_pipeline.messages import Message

_ROOM_OF_A_RUN: Final = 64 << 20
"""Bytes that a run of a small shop writes besides what is in the store."""

_READ_ONLY: Final = Message("it lies on a disk that is read-only: name a store elsewhere (--store).")
_REFUSALS: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ENAMETOOLONG, errno.EACCES, errno.EPERM}

_DAMAGE: Final = (duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
_REBUILD: Final = Message(
    "rebuild it from the kept feeds: `orderhealth rebuild`, with the options of your `orderhealth run`."
)


def explained(path: Path, error: duckdb.Error) -> StoreError:
    """Say what an error on opening or reading the file means."""
    text = str(error)
    first_line = text.splitlines()[0]
    if "could not set lock" in text.casefold():
        return busy(path)
    if "permission denied" in text.casefold() or "cannot open file" in text.casefold():
        return StoreError(
            Message("{path}: the store cannot be opened: {first_line}", path=path, first_line=first_line)
        )
    if _is_full(text):
        return _full(path)
    if "read-only file system" in text.casefold():
        return StoreError(Message("{path}: {reason}", path=path, reason=_READ_ONLY))
    if "created with a newer version of duckdb" in text.casefold():
        return newer(path, first_line)
    return BrokenStoreError(
        Message(
            "{path}: the store is damaged or no DuckDB file ({first_line}).", path=path, first_line=first_line
        ),
        Message("To go on, {rebuild}", rebuild=_REBUILD),
    )


@contextmanager
def of_the_system(path: Path) -> Iterator[None]:
    """Let what the system refuses in the context be a StoreError that says what it needs.

    What DuckDB says of a full disk counts, whichever file it was about to write.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        raise _refused(path, error) from error
    except (duckdb.Error, UnusableInputError) as error:
        full = _first(error, lambda seen: _is_full(str(seen)))
        if full is None:
            raise
        raise _full(path) from error


def _refused(path: Path, error: OSError) -> StoreError:
    where = error.filename or path
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return _full(path)
        case errno.EROFS:
            return StoreError(Message("{path}: {reason}", path=where, reason=_READ_ONLY))
        case errno.ENAMETOOLONG:
            return StoreError(
                Message("{path}: the store's name is too long: name a shorter one (--store).", path=path)
            )
        case _:
            return StoreError(Message("{path}: {reason}.", path=where, reason=error.strerror or error))


def _full(path: Path) -> StoreError:
    """Say how much room a run needs: what it changes, and a copy for readers, beside the store."""
    with suppress(OSError):
        needed = _ROOM_OF_A_RUN + 2 * path.stat().st_size
        free = shutil.disk_usage(path.parent).free
        return StoreError(
            Message(
                "{path}: the disk is full: a run needs about {needed} MB in {folder}, "
                "where {free} MB are free. Nothing is lost; make room and run again.",
                path=path,
                needed=needed >> 20,
                folder=path.parent,
                free=free >> 20,
            )
        )
    return StoreError(Message("{path}: the disk is full. Make room and run again.", path=path))


def _is_full(text: str) -> bool:
    return any(said in text.casefold() for said in ("no space left", "disk full", "quota exceeded"))


def _first(error: BaseException, fits: Callable[[BaseException], bool]) -> BaseException | None:
    seen: BaseException | None = error
    while seen is not None:
        if fits(seen):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def damage(error: duckdb.Error, path: Path) -> duckdb.Error | None:
    """Find what a damaged store or a full disk said first; what follows complains of the transaction."""
    seen: BaseException | None = error
    found = None
    while seen is not None:
        is_about_the_file = isinstance(seen, duckdb.IOException) and path.name in str(seen)
        is_corrupt = isinstance(seen, duckdb.Error) and "corrupt database" in str(seen).casefold()
        if is_about_the_file or is_corrupt or isinstance(seen, _DAMAGE):
            found = seen
        seen = seen.__context__
    return found if isinstance(found, duckdb.Error) else None


def busy(path: Path) -> BusyStoreError:
    """Say that another process is in the store."""
    return BusyStoreError(
        Message(
            "{path}: the store is busy: another process is writing it. Try again when it is done.", path=path
        )
    )


def newer(path: Path, what: str) -> BrokenStoreError:
    """Say that a newer version of the program, or of DuckDB, wrote the store."""
    return BrokenStoreError(
        Message("{path}: written by a newer version ({what}).", path=path, what=what),
        Message("Upgrade orderhealth-pipeline; or, to stay with this version, {rebuild}", rebuild=_REBUILD),
    )


def older(path: Path, what: str) -> BrokenStoreError:
    """Say that an older version of the program wrote the store, in a form that is no longer used."""
    return BrokenStoreError(
        Message("{path}: written by an older version ({what}).", path=path, what=what),
        Message("To go on, {rebuild}", rebuild=_REBUILD),
    )


def no_store(path: Path, what: str) -> StoreError:
    """Say that the file is something else, which nobody should replace."""
    return StoreError(
        Message(
            "{path}: no store of this program, {what}. It is left as it is; name another file.",
            path=path,
            what=what,
        )
    )


def not_there(path: Path) -> StoreError:
    """Say that there is no store yet."""
    return StoreError(
        Message(
            "{path}: there is no store yet. Run `orderhealth run --feeds DIR --store {path}` first.",
            path=path,
        )
    )
