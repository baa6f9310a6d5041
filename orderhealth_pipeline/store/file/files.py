"""The files beside a store: which there are, and what of them a process that died has left.

What belongs here: names, and clearing away what is nobody's any more. What does not: the store's content.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import Final

_SIDECARS: Final = (".wal", ".wal.checkpoint", ".wal.recovery")
"""What DuckDB keeps beside its file: changes that are not in the file yet."""

_TEMPORARY: Final = ("duckdb_temp_*", "orderhealth-*")
"""What lies in DuckDB's folder for temporary files: its own, and copies of feed files."""


def snapshot_path(store: Path) -> Path:
    """Name the snapshot of a store: `orderhealth.duckdb` is published as `orderhealth.published.duckdb`."""
    return store.with_name(f"{store.stem}.published{store.suffix}")


def fresh_path(file: Path) -> Path:
    """Name the file that is made to take the place of another when it is complete."""
    return file.with_name(file.name + ".new")


def secret_path(store: Path) -> Path:
    """Name the file that keeps the secret of a store."""
    return store.with_name(f"{store.name}.secret")


def sidecars(store: Path) -> list[Path]:
    """Name the files that DuckDB may keep beside the store."""
    return [store.with_name(store.name + suffix) for suffix in _SIDECARS]


def files_of_store(store: Path) -> list[Path]:
    """Name everything beside the store, and itself, that is called after it: copies, old ones, folders."""
    names = f"{escape(store.stem)}*{escape(store.suffix)}*"
    return [store, *store.parent.glob(names)] if store.suffix else [store]


@contextmanager
def private_files() -> Iterator[None]:
    """Let files and folders that are made in the context be for their owner alone: they hold names of people.

    Those that are there keep their modes.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def replace_keeping_mode(fresh: Path, target: Path) -> None:
    """Put a file in the place of another, with the mode that somebody gave to that."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    with suppress(FileNotFoundError):
        fresh.chmod(stat.S_IMODE(target.stat().st_mode))
    fresh.replace(target)


def remove_store(store: Path) -> None:
    """Remove a store with everything that DuckDB keeps beside it."""
    for file in (store, *sidecars(store)):
        file.unlink(missing_ok=True)
    _clear_temporary(store)


def aside_path(store: Path, number: int) -> Path:
    """Name the file that keeps the store as it was before it was rebuilt for the `number`-th time."""
    return store.with_name(f"{store.stem}.before-rebuild-{number}{store.suffix}")


def clear_leftovers(store: Path) -> None:
    """Remove what a process that died left beside the store; only for who keeps all others out of it."""
    fresh = fresh_path(store)
    for left in (fresh, fresh_path(fresh), fresh_path(snapshot_path(store))):
        remove_store(left)
    _clear_temporary(store)
    for aside in _asides(store):
        if aside.exists() and aside.samefile(store):
            # Not an old store, but a second name of this one: the exchange did not come to its end.
            aside.unlink()


def _asides(store: Path) -> Iterator[Path]:
    yield from store.parent.glob(f"{escape(store.stem)}.before-rebuild-*{escape(store.suffix)}")


def _clear_temporary(store: Path) -> None:
    folder = store.with_name(store.name + ".tmp")
    if folder.is_symlink():
        # Somebody else's: what it leads to is none of ours.
        folder.unlink()
        return
    for pattern in _TEMPORARY:
        for left in folder.glob(pattern):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


@contextmanager
def removed_on_failure(store: Path) -> Iterator[None]:
    """Take a new store away, with its secret and new folders, when the context fails."""
    new_folders = [folder for folder in store.parents if not folder.exists()]
    existed, had_secret = store.exists(), secret_path(store).exists()
    try:
        yield
    except BaseException:
        if not existed:
            with suppress(OSError):
                remove_store(store)
                if not had_secret:
                    secret_path(store).unlink(missing_ok=True)
                for folder in new_folders:
                    folder.rmdir()
        raise
