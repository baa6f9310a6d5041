"""SFTP: one connection for a pull, the host's key known beforehand.

What belongs here: what is SFTP's alone. What does not: which files are fetched (fetch.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

import asyncssh

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.respond.messages.one_line import one_line
from orderhealth_pipeline.respond.redaction import hidden
from orderhealth_pipeline.settings.sources import FilesSource
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.files.place import FilePlace, RemoteFile

_SECONDS_TO_CONNECT: Final = 15
_LONGEST: Final = 200
_MOST_FOLDERS: Final = 1000

Result = TypeVar("Result")


class SftpPlace(FilePlace):
    """A folder of an SFTP server and the folders in it."""

    def __init__(self, source: FilesSource, runner: asyncio.Runner, client: asyncssh.SFTPClient) -> None:
        self._source, self._runner, self._client = source, runner, client
        self._folder = unquote(urlsplit(source.url.get_secret_value()).path) or "."

    def files(self) -> list[RemoteFile]:
        """List the files."""
        return self._run(self._list())

    def fetch(self, name: str, to: Path) -> None:
        """Fetch a file, many blocks at a time."""
        self._run(self._client.get(str(PurePosixPath(self._folder) / name), str(to)))

    async def _list(self) -> list[RemoteFile]:
        found: list[RemoteFile] = []
        folders = [""]
        for _ in range(_MOST_FOLDERS):
            if not folders:
                break
            below = folders.pop()
            async for entry in self._client.scandir(str(PurePosixPath(self._folder) / below)):
                name, facts = str(entry.filename), entry.attrs
                if name in {".", ".."}:
                    continue
                if facts.type == asyncssh.FILEXFER_TYPE_DIRECTORY:
                    folders.append(f"{below}{name}/")
                elif facts.type == asyncssh.FILEXFER_TYPE_REGULAR:
                    changed = datetime.fromtimestamp(facts.mtime or 0, UTC)
                    found.append(RemoteFile(f"{below}{name}", facts.size or 0, changed))
        return found

    def _run(self, call: Coroutine[Any, Any, Result]) -> Result:
        limited = asyncio.wait_for(call, self._source.timeout.total_seconds())
        with _reported(self._source):
            return self._runner.run(limited)


@contextmanager
def opened_sftp(source: FilesSource) -> Iterator[SftpPlace]:
    """Connect, and close the connection afterwards. Raises SourceError, without secrets."""
    with asyncio.Runner() as runner:
        with _reported(source):
            con = runner.run(asyncio.wait_for(_connected(source), _SECONDS_TO_CONNECT))
            client = runner.run(_client_of(con))
        try:
            yield SftpPlace(source, runner, client)
        finally:
            con.close()
            runner.run(con.wait_closed())


async def _client_of(con: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    return await con.start_sftp_client()


async def _connected(source: FilesSource) -> asyncssh.SSHClientConnection:
    url = urlsplit(source.url.get_secret_value())
    password = source.password.get_secret_value() if source.password else unquote(url.password or "") or None
    given: dict[str, Any] = {"client_keys": None if source.private_key is None else [str(source.private_key)]}
    if source.known_hosts is not None:
        given["known_hosts"] = str(source.known_hosts)
    return await asyncssh.connect(
        url.hostname or "",
        port=url.port or 22,
        username=unquote(url.username or "") or (),
        password=password,
        config=None,
        agent_path=None,
        **given,
    )


@contextmanager
def _reported(source: FilesSource) -> Iterator[None]:
    host = urlsplit(source.url.get_secret_value()).hostname
    try:
        yield
    except asyncssh.HostKeyNotVerifiable:
        raise SourceError(
            Message(
                "the key of {host} is not known: put it into a file with `ssh-keyscan {host}`, compare it "
                "with its owner's, and name the file with `known_hosts`",
                host=host,
            )
        ) from None
    except asyncssh.PermissionDenied:
        raise SourceError(Message("{host} refuses the user, password or key", host=host)) from None
    except (asyncssh.Error, OSError, ValueError) as error:
        said = "" if isinstance(error, TimeoutError) else getattr(error, "reason", None) or str(error)
        secrets = [source.password.get_secret_value()] if source.password else []
        reason = one_line(hidden(said, secrets, source.url.get_secret_value()), _LONGEST)
        raise SourceError(
            Message("{host} cannot be read ({reason})", host=host, reason=reason or type(error).__name__)
        ) from None
