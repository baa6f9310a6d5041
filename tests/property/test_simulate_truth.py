"""Whatever the seed, the size and the instant: the truth is what a slow reading of the feeds finds."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from orderhealth_pipeline.simulate import simulate
from tests.unit.simulate.shop_records import Shop
from tests.unit.simulate.slow_oracle import judge

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 Hypothesis adds the zone


@settings(max_examples=25, deadline=None)
@given(
    scenario=st.sampled_from(["calm", "promo_eve"]),
    orders=st.integers(400, 900),
    seed=st.integers(0, 2**32),
    as_of=INSTANTS,
)
def test_the_truth_is_what_a_slow_reading_finds(
    scenario: str, orders: int, seed: int, as_of: datetime
) -> None:
    simulation = simulate(scenario, orders, seed, as_of)
    found = {cell for cell, why in judge(Shop(simulation.feeds, simulation.as_of)).items() if why is None}
    said = simulation.truth.filter(verdict="anomaly").select("order_id", "rule_id").iter_rows()
    assert found == set(said)
