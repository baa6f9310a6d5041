"""A folder of this machine, such as a share that is mounted.

What belongs here: what is a folder's alone. What does not: which files are fetched (fetch.py).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.files.place import FilePlace, RemoteFile


@dataclass(frozen=True)
class FolderPlace(FilePlace):
    """A folder and the folders in it; links lead nowhere."""

    folder: Path

    def files(self) -> list[RemoteFile]:
        """List the files."""
        if not self.folder.is_dir():
            raise SourceError(Message("{folder}: there is no such folder", folder=self.folder))
        found = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                facts = path.stat()
                changed = datetime.fromtimestamp(facts.st_mtime, UTC)
                name = path.relative_to(self.folder).as_posix()
                found.append(RemoteFile(name, facts.st_size, changed))
        return found

    def fetch(self, name: str, to: Path) -> None:
        """Copy a file."""
        try:
            shutil.copyfile(self.folder / name, to)
        except OSError as error:
            raise SourceError(
                Message("{file} cannot be fetched ({reason})", file=name, reason=error.strerror or error)
            ) from None
