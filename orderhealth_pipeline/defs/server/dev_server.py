"""The Dagster UI on one's own machine, as `make dev` starts it: checked before, stopped as a whole.

What belongs here: the port, and the life of the process that Dagster starts for development. What does not:
what Dagster shows, and how it runs for good (docs/dagster.md).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Final

from orderhealth_pipeline.errors import ConfigurationError

HOST: Final = "127.0.0.1"
HIGHEST_PORT: Final = 65_535


def free_port(text: str) -> int:
    """Return the port of that text; raises ConfigurationError unless it is one that nobody listens on."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST_PORT):
        raise ConfigurationError(f"PORT is '{text}'; a whole number from 1 to {HIGHEST_PORT} was expected")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as error:
            reason = (
                f"port {text} of {HOST} cannot be used ({error.strerror}); say another: make dev PORT=3001"
            )
            raise ConfigurationError(reason) from None
    return int(text)


def serve(port: int, workspace: Path) -> int:
    """Run Dagster until it ends or somebody stops it; return the exit code.

    It runs in a session of its own, so that Ctrl-C in a terminal reaches it once, through this process, and
    SIGTERM does what Ctrl-C does. Nothing that it started is left behind.
    """
    program = Path(sys.executable).with_name("dagster")
    call = [str(program), "dev", "-w", str(workspace), "-h", HOST, "-p", str(port)]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore:Function `dev_command` is superseded"}
    stopped = False

    with subprocess.Popen(call, env=environment, start_new_session=True) as dagster:  # noqa: S603  our own program

        def stop(_number: int, _frame: FrameType | None) -> None:
            nonlocal stopped
            if not stopped:
                stopped = True
                dagster.send_signal(signal.SIGINT)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        code = dagster.wait()
        with suppress(ProcessLookupError):
            os.killpg(dagster.pid, signal.SIGKILL)
    return 0 if stopped else code


def main(arguments: list[str]) -> int:
    """Check the port, and unless only that was asked for (`--check PORT`), serve."""
    try:
        port = free_port(arguments[-1])
    except ConfigurationError as error:
        print(error, file=sys.stderr)  # noqa: T201  the program of one target of the Makefile
        return 2
    return 0 if "--check" in arguments else serve(port, Path("workspace.yaml"))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
