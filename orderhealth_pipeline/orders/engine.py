"""Which of Polars' engines computes what of how many rows.

What belongs here: the choice. What does not: anything that is computed.
"""

from __future__ import annotations

from typing import Final, Literal

_FEW_ROWS: Final = 100_000


def engine_for(rows: int) -> Literal["in-memory", "streaming"]:
    """Choose by rows: many take less time piece by piece, few take less in one piece."""
    return "in-memory" if rows < _FEW_ROWS else "streaming"
