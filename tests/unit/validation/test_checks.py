"""A share reaches Great Expectations as a binary float and must come back as it was written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderhealth_pipeline.validation import ShareCheck


def test_a_share_that_a_float_would_change_is_refused_by_the_name_of_its_rule() -> None:
    with pytest.raises(ValueError, match="pickup_gap: share_below"):
        ShareCheck("pickup_gap", "picked_up", Decimal("0.90000000000000001"), 20, "critical")
