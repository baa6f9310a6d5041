"""A real MariaDB server of Debian's package, in a folder and on a port of its own.

What belongs here: starting and stopping it. What does not: any test; a test that needs it is marked
`postgres`, as those that need PostgreSQL, and takes the fixture `mariadb`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pymysql
import pytest

PASSWORD: Final = "s3cret/p@ss"
_SECONDS_TO_START: Final = 60
_USER: Final = "mysql" if os.geteuid() == 0 else None


@dataclass(frozen=True)
class MariaDB:
    """A server on 127.0.0.1 with a database `erp` and a user `shop`."""

    port: int

    @property
    def address(self) -> str:
        """The address of the database, as a configuration has it."""
        quoted = PASSWORD.replace("/", "%2F").replace("@", "%40")
        return f"mysql://shop:{quoted}@127.0.0.1:{self.port}/erp"

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Execute a statement and return its rows."""
        with (
            pymysql.connect(
                host="127.0.0.1",
                port=self.port,
                user="shop",
                password=PASSWORD,
                database="erp",
                autocommit=True,
            ) as con,
            con.cursor() as cursor,
        ):
            cursor.execute(statement)
            return list(cursor.fetchall())


@contextmanager
def running_mariadb() -> Iterator[MariaDB]:
    """Start a server of its own in a new folder; stop it, and delete the folder."""
    install, server = shutil.which("mariadb-install-db"), shutil.which("mariadbd")
    if install is None or server is None:
        pytest.fail("MariaDB is missing. On Debian: apt-get install mariadb-server", pytrace=False)
    folder = Path(tempfile.mkdtemp(prefix="orderhealth-mariadb-"))
    user = [] if _USER is None else [f"--user={_USER}"]
    try:
        if _USER is not None:
            shutil.chown(folder, _USER)
        made = subprocess.run(
            [install, "--no-defaults", f"--datadir={folder / 'data'}", "--skip-test-db", *user],
            check=False,
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr
        first = folder / "first.sql"
        # The server reads a statement a line.
        statements = (
            "create database erp;",
            f"create user shop@'127.0.0.1' identified by '{PASSWORD}';",
            "grant all on erp.* to shop@'127.0.0.1';",
        )
        first.write_text("\n".join(statements) + "\n", encoding="utf-8")
        first.chmod(0o644)
        port = _free_port()
        running = subprocess.Popen(
            [
                *(server, "--no-defaults", f"--datadir={folder / 'data'}", f"--socket={folder / 'socket'}"),
                *(
                    "--skip-name-resolve",
                    f"--port={port}",
                    "--bind-address=127.0.0.1",
                    f"--pid-file={folder / 'pid'}",
                ),
                *(f"--init-file={first}", "--innodb-flush-log-at-trx-commit=0", *user),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _when_ready(MariaDB(port), running)
        finally:
            running.terminate()
            running.wait(_SECONDS_TO_START)
    finally:
        shutil.rmtree(folder)


def _when_ready(server: MariaDB, running: subprocess.Popen[bytes]) -> MariaDB:
    ends_at = time.monotonic() + _SECONDS_TO_START
    while True:
        try:
            server.execute("select 1")
        except pymysql.Error:
            assert running.poll() is None, "MariaDB ended while it started"
            assert time.monotonic() < ends_at, "MariaDB did not start in time"
            time.sleep(0.1)
        else:
            return server


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
