"""Starts the program again and again, each time as a process of its own that has its slow imports behind it.

A JSON object a line comes in, `{"arguments": [...], "folder": ..., "log": ...}`, and the process id goes out.
After the next line, which is empty, goes out how the process has ended: its exit code, or minus its signal.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

_SLOW_IMPORTS = (
    "great_expectations.core.batch_definition",
    "great_expectations.data_context.types.base",
    "orderhealth_pipeline.commands.rebuild",
    "orderhealth_pipeline.commands.run",
    "orderhealth_pipeline.report.render.html",
    "orderhealth_pipeline.validation.dialect",
)


def start(arguments: list[str], folder: str, log: str) -> int:
    process = os.fork()
    if process:
        return process
    os.chdir(folder)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    sys.argv = ["orderhealth", *arguments]
    try:
        importlib.import_module("orderhealth_pipeline.cli").main()
    except SystemExit as ending:
        sys.stdout.flush()
        # Without taking the imports apart again, which takes longer than the run.
        os._exit(ending.code if isinstance(ending.code, int) else 0)
    os._exit(70)


def main() -> None:
    for module in _SLOW_IMPORTS:
        importlib.import_module(module)
    for line in sys.stdin:
        process = start(**json.loads(line))
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()
        sys.stdin.readline()
        _, status = os.waitpid(process, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
