"""A real SSH server on this machine that serves one folder, with a key of its own.

What belongs here: starting and stopping it. What does not: any test.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

USER, PASSWORD = "shop", "s3cret/p@ss"


@dataclass(frozen=True)
class SftpServer:
    """A running server: its port, and a file with its public key."""

    port: int
    known_hosts: Path

    def address(self, folder: str = "/", password: str = "") -> str:
        """Return the address of a folder."""
        return f"sftp://{USER}{':' + password if password else ''}@127.0.0.1:{self.port}{folder}"


class _Server(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@contextmanager
def serving_sftp(folder: Path, keys: Path) -> Iterator[SftpServer]:
    """Serve a folder; the server's key is written to `keys`."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    class Rooted(asyncssh.SFTPServer):
        def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
            super().__init__(channel, chroot=str(folder).encode())

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            _Server, "127.0.0.1", 0, server_host_keys=[key], sftp_factory=Rooted
        )

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
    port = server.get_port()
    public = key.export_public_key().decode().strip()
    keys.write_text(f"[127.0.0.1]:{port} {public}\n", encoding="utf-8")
    try:
        yield SftpServer(port, keys)
    finally:

        async def stop() -> None:
            server.close()
            await server.wait_closed()

        asyncio.run_coroutine_threadsafe(stop(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
