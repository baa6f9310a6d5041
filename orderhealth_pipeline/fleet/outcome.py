"""What became of a merchant's last run in its fleet, kept beside the merchants.

What belongs here: its shape, writing and reading it. What does not: the results themselves, which are in the
merchant's store.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from orderhealth_pipeline.fleet.merchants import Merchant
from orderhealth_pipeline.pipeline.written.put_in_place import put_in_place
from orderhealth_pipeline.yaml_files import FrozenModel

STATE: Final = ".fleet"


class Outcome(FrozenModel):
    """One run of one merchant; `ended_at` in UTC, `seconds` on the clock.

    `report_files` are the names of those of a daily or weekly report, if one was asked for. A run that failed
    says why in `error`, and `exit_code` is what `orderhealth run` would have ended with.
    """

    merchant: str
    ended_at: datetime
    seconds: float
    exit_code: int = 0
    error: str | None = None
    as_of: datetime | None = None
    score: float | None = None
    confidence: float | None = None
    active_orders: int | None = None
    open_findings: int | None = None
    alert: str | None = None
    report_files: tuple[str, ...] = ()

    @property
    def is_failed(self) -> bool:
        """Say whether there is no result."""
        return self.error is not None


def write_outcome(root: Path, outcome: Outcome) -> None:
    """Keep the outcome in the place of the one before. Raises OSError."""
    put_in_place(_file(root, outcome.merchant), outcome.model_dump_json().encode())


def read_outcome(root: Path, merchant: Merchant) -> Outcome | None:
    """Return what became of the last run, or null where nothing is known."""
    try:
        return Outcome.model_validate_json(_file(root, merchant.name).read_bytes())
    except (OSError, ValidationError):
        return None


def _file(root: Path, name: str) -> Path:
    return root / STATE / f"{name}.json"
