"""Where the real data sets lie: beside the checkout, or where `make test-real-data DATA=...` says.

What belongs here: the folder. What does not: any data set, and any test; a test that reads one is marked
`real_data`, so that a checkout without them passes its tests.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[1]
REAL_DATA: Final = Path(os.environ.get("REAL_DATA") or CHECKOUT.parent / "shared" / "data").resolve()


def require_real_data() -> None:
    """Fail, and say what to do, where the data sets are missing."""
    if not REAL_DATA.is_dir():
        pytest.fail(
            f"The real data sets are missing: {REAL_DATA} does not exist. Say where they lie, "
            "make test-real-data DATA=DIR, or leave these tests out, pytest -m 'not real_data'.",
            pytrace=False,
        )
