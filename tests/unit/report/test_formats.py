"""How numbers and names are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderhealth_pipeline.report.words import formats


@pytest.mark.parametrize(
    ("share", "written"),
    [(None, "—"), (0, "0.0%"), (0.76, "76.0%"), (0.99999, "99.9%"), (1, "100%"), (1.04, "104.0%")],
)
def test_a_share_is_full_only_when_it_is(share: float | None, written: str) -> None:
    assert formats.percent(share) == written


@pytest.mark.parametrize(("value", "written"), [(7.412, "−7.41"), (0, "0.00"), (0.004, "0.00")])
def test_lost_points_carry_a_minus_unless_there_are_none(value: float, written: str) -> None:
    assert formats.points(value) == written


@pytest.mark.parametrize(("value", "written"), [(1.2, "+1.20"), (-0.35, "−0.35"), (0.001, "±0.00")])
def test_a_change_carries_its_sign(value: float, written: str) -> None:
    assert formats.signed(value) == written


def test_amounts_keep_two_decimals_and_measures_drop_idle_zeros() -> None:
    assert formats.money(Decimal("1299.5")) == "1,299.50"
    assert formats.money(None) == "—"
    assert formats.number(Decimal("1440.0000")) == "1,440"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("short", "short"),
        ("exactly ten", "exactly ten"),
        ("a little bit longer", "a little b…"),
        ("一二三四五", "一二三四五"),
        ("一二三四五六", "一二三四…"),
        ("line\nbreak", "line break"),
    ],
)
def test_a_long_name_is_cut_to_its_width_on_the_page(text: str, written: str) -> None:
    assert formats.shorten(text, 11) == written
