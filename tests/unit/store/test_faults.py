"""What the system refuses is told as what it is, with what is needed."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.store.file.faults import of_the_system


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "x"), "the disk is full: a run needs about 64 MB"),
        (OSError(errno.EDQUOT, "Disk quota exceeded", "x"), "the disk is full"),
        (duckdb.IOException("Could not write file: No space left on device"), "the disk is full"),
        (OSError(errno.EROFS, "Read-only file system", "x"), "read-only"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "x"), "too long"),
        (PermissionError(errno.EACCES, "Permission denied", "x"), "x: Permission denied"),
    ],
)
def test_what_the_system_refuses_is_told(tmp_path: Path, error: Exception, said: str) -> None:
    store = tmp_path / "shop.duckdb"
    store.touch()
    with pytest.raises(StoreError, match=said), of_the_system(store):
        raise error


@pytest.mark.parametrize(
    "error", [ConnectionResetError(errno.ECONNRESET, "reset"), duckdb.BinderException("no")]
)
def test_what_has_nothing_to_do_with_the_store_is_left_alone(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(type(error)), of_the_system(tmp_path / "shop.duckdb"):
        raise error
