"""What systems write for "has not happened", read from no_time.yml.

What belongs here: the words and instants. What does not: telling values from them, which is done in SQL.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("no_time.yml")


class NoTime(FrozenModel):
    """Values that are no instant, as no_time.yml explains them."""

    days: tuple[str, ...]
    local: tuple[str, ...]
    instants: tuple[str, ...]
    words: tuple[str, ...]
    birthdays: tuple[str, ...]


@cache
def no_time() -> NoTime:
    """Read what is no instant."""
    return read_model(_FILE, NoTime)
