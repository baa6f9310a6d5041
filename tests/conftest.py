"""What every kind of test shares: the real data beside the checkout, and repeatable property tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

CHECKOUT = Path(__file__).resolve().parents[1]

# The same examples everywhere; look for new ones with `pytest --hypothesis-profile=default tests/property`.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real data sets (`olist`, `cn_address`, ...), which lies beside the checkout."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.fail(f"The real data sets are missing: {folder} does not exist.")
    return folder
