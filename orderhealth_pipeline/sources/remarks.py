"""What a look at a source finds: that something is well, should be changed, or is wrong.

What belongs here: the finding. What does not: looking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["well", "warning", "wrong"]


@dataclass(frozen=True)
class Remark:
    """One thing that was found, said with its way out."""

    level: Level
    said: str
