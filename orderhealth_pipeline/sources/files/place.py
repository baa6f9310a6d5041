"""A place that files are fetched from: what lies there, and fetching one.

What belongs here: the interface, and choosing by the address. What does not: a kind of place's own ways.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orderhealth_pipeline.settings.sources import FilesSource


@dataclass(frozen=True)
class RemoteFile:
    """A file elsewhere: its path below the folder, its bytes, and the instant of its change."""

    name: str
    size: int
    changed_at: datetime


class FilePlace(ABC):
    """An open place."""

    @abstractmethod
    def files(self) -> list[RemoteFile]:
        """List what lies there. Raises SourceError."""

    @abstractmethod
    def fetch(self, name: str, to: Path) -> None:
        """Fetch a file into one that is there already. Raises SourceError."""


@contextmanager
def opened(source: FilesSource) -> Iterator[FilePlace]:
    """Open the place of a source. Raises SourceError, without secrets."""
    address = source.url.get_secret_value()
    if address.startswith("sftp://"):
        from orderhealth_pipeline.sources.files.sftp import opened_sftp

        with opened_sftp(source) as place:
            yield place
    elif address.startswith("s3://"):
        from orderhealth_pipeline.sources.files.s3 import S3Place

        yield S3Place(source)
    else:
        from orderhealth_pipeline.sources.files.folder import FolderPlace

        yield FolderPlace(Path(address.removeprefix("file://")))
