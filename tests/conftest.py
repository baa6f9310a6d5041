"""What every kind of test shares: real data only where they are, and repeatable property tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.real_data import require_real_data

# The same examples everywhere; look for new ones with `pytest --hypothesis-profile=default tests/property`.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("ci")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say once per test on real data, before its fixtures fail one by one, that they are missing."""
    if item.get_closest_marker("real_data"):
        require_real_data()
