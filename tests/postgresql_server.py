"""A real PostgreSQL server of Debian's package, in a folder and on a port of its own, and its databases.

What belongs here: starting and stopping it. What does not: any test; a test that needs it is marked
`postgres` and takes the fixture `postgresql`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
import pytest

PASSWORD: Final = "s3cret/p@ss"
_PROGRAMS: Final = "lib/postgresql/*/bin/initdb"
# PostgreSQL refuses to run as root; Debian's package brings this user.
_USER: Final = "postgres" if os.geteuid() == 0 else None


@dataclass(frozen=True)
class PostgreSQL:
    """A server on 127.0.0.1 whose only superuser is `shop`."""

    port: int
    folder: Path

    def address(self, database: str, *, user: str = "shop", password: str = PASSWORD) -> str:
        """Return the address of a database, as a configuration has it."""
        quoted = password.replace("/", "%2F").replace("@", "%40")
        return f"postgresql://{user}:{quoted}@127.0.0.1:{self.port}/{database}"

    def execute(self, database: str, *statements: str) -> list[tuple[object, ...]]:
        """Execute statements, each by itself, and return the rows of the last one."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="shop",
            password=PASSWORD,
            dbname=database,
            autocommit=True,
        ) as con:
            cursors = [con.execute(statement.encode()) for statement in statements]
            return cursors[-1].fetchall() if cursors[-1].description else []

    def stop(self) -> None:
        """Stop the server, and leave its data."""
        _run(["pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.folder / "data")], self.folder)

    def start(self) -> None:
        """Start the server again, on the same port."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        log = str(self.folder / "log")
        _run(
            ["pg_ctl", "start", "-w", "-D", str(self.folder / "data"), "-l", log, "-o", options], self.folder
        )


@contextmanager
def running_server() -> Iterator[PostgreSQL]:
    """Start a server of its own in a new folder; stop it, and delete the folder."""
    folder = Path(tempfile.mkdtemp(prefix="orderhealth-postgresql-"))
    try:
        server = PostgreSQL(_free_port(), folder)
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        if _USER is not None:
            for each in (folder, folder / "password"):
                shutil.chown(each, _USER)
        _run(
            [
                *("initdb", "-D", str(folder / "data"), "--username=shop", f"--pwfile={folder / 'password'}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            folder,
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _run(call: Sequence[str], folder: Path) -> None:
    done = subprocess.run(
        [str(_programs() / call[0]), *call[1:]],
        user=_USER,
        cwd=folder,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def _programs() -> Path:
    found = sorted(Path("/usr").glob(_PROGRAMS), key=lambda each: int(each.parts[-3].split(".")[0]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.fail(
            "PostgreSQL is missing. On Debian: apt-get install postgresql; "
            "or leave these tests out, pytest -m 'not postgres'.",
            pytrace=False,
        )
    return found[-1].parent if found else Path(on_path or "").parent


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
