"""Files that people dropped, until somebody loads or discards them: one folder each, beside the store.

What belongs here: keeping them, within bounds. What does not: what is in them (dropped.py).
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from orderhealth_pipeline.console.access.limits import limits
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.source_declaration import is_archive, payload_format, table_format
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings import Settings

_NUMBER: Final = re.compile(r"[0-9a-f]{16}")
_ABOUT: Final = "upload.json"
_FILE: Final = "file"
_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u2028-\u202e]')
_LONGEST_NAME: Final = 120
_ENDINGS: Final = ".csv .csv.gz .tsv .txt .xlsx .parquet .json .jsonl .xml .zip"


@dataclass(frozen=True)
class Upload:
    """A file that waits: its number, where it is, how long, since when, and who brought it."""

    number: str
    path: Path
    size: int
    at: datetime
    who: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.name


class Quarantine:
    """The files that wait at one store; nobody but the program's own user may read them."""

    def __init__(self, settings: Settings) -> None:
        # Called after the store, so that runs know it for the program's own.
        self.folder = settings.store.with_name(f"{settings.store.name}.uploads")

    def place(self) -> Path:
        """Return a new file to write what arrives into; the caller removes it. Raises ConfigurationError."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _refused(self.folder, error) from None
        return self.folder / f".{secrets.token_hex(8)}.part"

    def keep(self, arrived: Path, name: str, who: str, now: datetime) -> Upload:
        """Keep what has arrived under its name. Raises ConfigurationError where it is of no format."""
        known = readable_name(name)
        self._clear(now)
        number = secrets.token_hex(8)
        home = self.folder / number
        try:
            (home / _FILE).mkdir(mode=0o700, parents=True)
            path = arrived.replace(home / _FILE / known)
            path.chmod(0o600)
            about = {"at": now.isoformat(), "who": who}
            (home / _ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        except OSError as error:
            raise _refused(self.folder, error) from None
        return Upload(number, path, path.stat().st_size, now, who)

    def waiting(self) -> list[Upload]:
        """Return the files that wait, the newest first."""
        return sorted(self._all(), key=lambda each: each.at, reverse=True)

    def find(self, number: str) -> Upload | None:
        """Return one file, or None where it does not wait any more."""
        return next((each for each in self._all() if each.number == number), None)

    def remove(self, upload: Upload) -> None:
        """Throw a file away, or what is left of it once it was loaded."""
        shutil.rmtree(self.folder / upload.number, ignore_errors=True)

    def _all(self) -> Iterator[Upload]:
        homes = self.folder.iterdir() if self.folder.is_dir() else ()
        for home in homes:
            try:
                about = json.loads((home / _ABOUT).read_text(encoding="utf-8"))
                (path,) = (home / _FILE).iterdir()
                at = datetime.fromisoformat(about["at"])
                yield Upload(home.name, path, path.stat().st_size, at, str(about["who"]))
            except (OSError, ValueError, KeyError):
                # It is arriving, or was loaded a moment ago.
                continue

    def _clear(self, now: datetime) -> None:
        """Make room: what nobody loaded in a day goes, and the oldest of too many."""
        oldest = now - timedelta(hours=limits().upload_hours)
        for place, each in enumerate(self.waiting(), 2):
            if each.at < oldest or place > limits().uploads_kept:
                self.remove(each)


def readable_name(name: str) -> str:
    """Return a file's name without what is no part of one. Raises ConfigurationError for an unread format."""
    shown = _NOT_IN_NAMES.sub("", name.replace("\\", "/").rpartition("/")[2]).strip().lstrip(".~")
    shown = shown.encode("utf-8", "replace").decode()
    if len(shown) > _LONGEST_NAME:
        shown = shown[-_LONGEST_NAME:].lstrip(".~ ")
    path = Path(shown or "file")
    if table_format(path.name) is None and payload_format(path.name) is None and not is_archive(path):
        raise ConfigurationError(
            Message("'{name}' is of no format that is read: {endings}", name=path.name, endings=_ENDINGS)
        )
    return path.name


def _refused(folder: Path, error: OSError) -> ConfigurationError:
    reason = error.strerror or str(error)
    return ConfigurationError(Message("the file cannot be written ({reason})", reason=reason), file=folder)
