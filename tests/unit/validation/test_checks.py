"""A threshold reaches Great Expectations as a binary float and must come back as it was written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderhealth_pipeline.validation import ColumnCheck, ShareCheck


@pytest.mark.parametrize("threshold", ["0.7", "0.70", "15", "-3.5", "123456789.123456", "1E+3"])
def test_thresholds_of_up_to_fifteen_digits_are_kept(threshold: str) -> None:
    check = ColumnCheck("low_price", "lowest_price_ratio", "below", Decimal(threshold), "high")

    assert Decimal(repr(float(check.threshold))) == Decimal(threshold)


@pytest.mark.parametrize("threshold", ["0.70000000000000001", "123456789012345678.9", "NaN", "Infinity"])
def test_a_threshold_that_a_float_would_change_is_refused_by_the_name_of_its_rule(threshold: str) -> None:
    with pytest.raises(ValueError, match=f"low_price: threshold {threshold.replace('.', '[.]')} must be"):
        ColumnCheck("low_price", "lowest_price_ratio", "below", Decimal(threshold), "high")


def test_a_share_that_a_float_would_change_is_refused_by_the_name_of_its_rule() -> None:
    with pytest.raises(ValueError, match="pickup_gap: share_below"):
        ShareCheck("pickup_gap", "picked_up", Decimal("0.90000000000000001"), 20, "critical")
