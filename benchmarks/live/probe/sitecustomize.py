"""Writes down when a Python process imports Great Expectations; Python runs it at the start of each.

What belongs here: an outsider's proof, with nothing of it in the pipeline. What does not: anything slow.

Found by Python where this folder is in PYTHONPATH. A line of the file that ORDERHEALTH_IMPORTS names is
`<process id> <seconds since 1970>`.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

WATCHED = "great_expectations"


class ImportWatch:
    """Finds nothing, so that the real finders do; but it is asked first."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        """Write the instant down when the watched package is asked for."""
        if name == WATCHED:
            with Path(os.environ["ORDERHEALTH_IMPORTS"]).open("a", encoding="ascii") as file:
                file.write(f"{os.getpid()} {time.time()}\n")


if "ORDERHEALTH_IMPORTS" in os.environ:
    sys.meta_path.insert(0, ImportWatch)
