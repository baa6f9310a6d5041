"""S3-compatible storage: a bucket, and what lies below a prefix of it.

What belongs here: what is S3's alone. What does not: which files are fetched (fetch.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.respond.messages.one_line import one_line
from orderhealth_pipeline.respond.redaction import hidden
from orderhealth_pipeline.settings.sources import FilesSource
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.files.place import FilePlace, RemoteFile

_LONGEST: Final = 200
_SECONDS_TO_CONNECT: Final = "10s"


class S3Place(FilePlace):
    """A bucket; without keys of its own the environment's count (AWS_ACCESS_KEY_ID and so on)."""

    def __init__(self, source: FilesSource) -> None:
        self._source = source
        url = urlsplit(source.url.get_secret_value())
        endpoint = source.endpoint.get_secret_value() if source.endpoint else None
        given: dict[str, Any] = {
            "endpoint": endpoint,
            "region": source.region,
            "access_key_id": source.access_key.get_secret_value() if source.access_key else None,
            "secret_access_key": source.secret_key.get_secret_value() if source.secret_key else None,
            "prefix": url.path.strip("/") or None,
        }
        with self._reported():
            self._store = S3Store(
                url.netloc,
                **{name: value for name, value in given.items() if value is not None},
                client_options={
                    "allow_http": (endpoint or "").startswith("http://"),
                    "connect_timeout": _SECONDS_TO_CONNECT,
                    "timeout": f"{source.timeout.total_seconds():.0f}s",
                },
                retry_config={"max_retries": source.tries - 1},
            )

    def files(self) -> list[RemoteFile]:
        """List the files."""
        with self._reported():
            return [
                RemoteFile(each["path"], each["size"], each["last_modified"])
                for chunk in obstore.list(self._store)
                for each in chunk
            ]

    def fetch(self, name: str, to: Path) -> None:
        """Fetch a file."""
        with self._reported(), to.open("wb") as stream:
            for piece in obstore.get(self._store, name).stream():
                stream.write(piece)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, ValueError) as error:
            source = self._source
            secrets = [each.get_secret_value() for each in (source.access_key, source.secret_key) if each]
            bucket = urlsplit(source.url.get_secret_value()).netloc
            reason = one_line(hidden(str(error).split("\n", 1)[0], secrets, None), _LONGEST)
            raise SourceError(
                Message("the bucket {bucket} cannot be read ({reason})", bucket=bucket, reason=reason)
            ) from None
