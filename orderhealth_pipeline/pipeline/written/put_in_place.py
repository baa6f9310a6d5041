"""Puts a file that people open in its place, complete or not at all.

What belongs here: writing beside and replacing. What does not: what the file holds.
"""

from __future__ import annotations

import os
from pathlib import Path


def put_in_place(file: Path, content: bytes) -> None:
    """Replace a file, or make it and its folder; who planted a link under a name of ours is not followed.

    Raises OSError where the place cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as opened:
        opened.write(content)
    fresh.replace(file)
