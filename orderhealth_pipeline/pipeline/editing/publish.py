"""Putting a draft in the place of its files, unless somebody changed them meanwhile.

What belongs here: the comparison and the writing, one publisher at a time. What does not: what may be
published (check.py), and remembering who did (desk/rule_changes.py).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.editing.drafts import text_of
from orderhealth_pipeline.resources import expectations_folder


class ChangedMeanwhileError(ConfigurationError):
    """A file is not what the draft was made of any more."""


def is_shipped(folder: Path) -> bool:
    """Say whether a folder of rules belongs to the program, and is replaced with it."""
    return folder.resolve() == expectations_folder().resolve()


def put_in_place(before: Mapping[Path, str], after: Mapping[Path, str]) -> None:
    """Write files that still say what they said; an empty text takes a file away.

    Raises ChangedMeanwhileError, and writes nothing, where one does not; ConfigurationError where one cannot
    be written.
    """
    folder = next(iter(after)).parent
    with _alone_in(folder):
        for path, text in before.items():
            if text_of(path) != text:
                raise ChangedMeanwhileError("somebody has changed it meanwhile", file=path)
        for path, text in after.items():
            _write(path, text)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _refused(folder, error) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, text: str) -> None:
    """Write a file under another name first: a run that begins now reads the old text or the new one."""
    try:
        if not text:
            path.unlink(missing_ok=True)
            return
        with NamedTemporaryFile("w", encoding="utf-8", newline="", dir=path.parent, delete=False) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh = Path(file.name)
        fresh.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        fresh.replace(path)
    except OSError as error:
        raise _refused(path, error) from None


def _refused(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        Message("the file cannot be written ({reason})", reason=error.strerror or str(error)), file=path
    )
