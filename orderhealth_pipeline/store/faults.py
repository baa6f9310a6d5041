"""Says what is wrong with a store so that a person knows the way out.

What belongs here: turning what DuckDB complains of into a StoreError. What does not: opening the store
(connection.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline.errors import BrokenStoreError, BusyStoreError, StoreError

_DAMAGE: Final = (duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
_REBUILD: Final = (
    "rebuild it from the kept feeds: `orderhealth rebuild`, with the options of your `orderhealth run`."
)


def explained(path: Path, error: duckdb.Error) -> StoreError:
    """Say what an error on opening or reading the file means."""
    text = str(error)
    first_line = text.splitlines()[0]
    if "could not set lock" in text.casefold():
        return busy(path)
    if "permission denied" in text.casefold() or "cannot open file" in text.casefold():
        return StoreError(f"{path}: the store cannot be opened: {first_line}")
    if "no space left" in text.casefold():
        return StoreError(f"{path}: the disk is full: {first_line}")
    if "created with a newer version of duckdb" in text.casefold():
        return newer(path, first_line)
    return BrokenStoreError(
        f"{path}: the store is damaged or no DuckDB file ({first_line}).", f"To go on, {_REBUILD}"
    )


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
        f"{path}: the store is busy: another process is writing it. Try again when it is done."
    )


def newer(path: Path, what: str) -> BrokenStoreError:
    """Say that a newer version of the program, or of DuckDB, wrote the store."""
    return BrokenStoreError(
        f"{path}: written by a newer version ({what}).",
        f"Upgrade orderhealth-pipeline; or, to stay with this version, {_REBUILD}",
    )


def older(path: Path, what: str) -> BrokenStoreError:
    """Say that an older version of the program wrote the store, in a form that is no longer used."""
    return BrokenStoreError(f"{path}: written by an older version ({what}).", f"To go on, {_REBUILD}")


def no_store(path: Path, what: str) -> StoreError:
    """Say that the file is something else, which nobody should replace."""
    return StoreError(f"{path}: no store of this program, {what}. It is left as it is; name another file.")


def not_there(path: Path) -> StoreError:
    """Say that there is no store yet."""
    return StoreError(
        f"{path}: there is no store yet. Run `orderhealth run --feeds DIR --store {path}` first."
    )
