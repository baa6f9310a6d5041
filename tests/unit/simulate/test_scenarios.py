"""Scenarios are data: reading them, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.simulate.plan import HOUR, random_for
from orderhealth_pipeline.simulate.scenarios import SCENARIOS_FILE, Scenario, load_scenario
from orderhealth_pipeline.simulate.situations import SITUATIONS, allot


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = SCENARIOS_FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "scenarios.yml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["calm", "promo_eve"])
def test_the_scenarios_name_every_situation(name: str) -> None:
    assert load_scenario(name).situations.keys() == SITUATIONS.keys()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("horizon_days: 34", "horizon_days: 3", "horizon_days"),
        ("remark_share: 0.18", "remarks_share: 0.18", "remarks_share"),
        ("days_until_completed: [6.8, 7.5]", "days_until_completed: [0.2, 7.5]", "at least 1"),
        ("far_below_the_mean: 0.0008", "far_below_the_mean: 0.5", "between 0 and 0.1"),
        ("scanned_share: 0.76", "scanned_share: 0.95", "scanned_share"),
    ],
)
def test_an_impossible_scenario_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        load_scenario("calm", changed(tmp_path, old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  promo_618:\n    like: calm", "  promo_618:\n    like: clam", "promo_618"),
        ("  quiet_week:", "  calm:", "variant calm"),
        ("      refund_before_leaving: 0.02", "      refund_before_loving: 0.02", "refund_before_loving"),
        ("      refund_before_leaving: 0.02", "      refund_before_leaving: 0.2", "between 0 and 0.1"),
        ("erp_silent_minutes", "erp_silent_hours", "erp_silent_hours"),
    ],
)
def test_an_impossible_variant_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        load_scenario("calm", changed(tmp_path, old, new))


def test_a_variant_is_the_scenario_it_is_like_but_for_what_it_names() -> None:
    calm, wave = load_scenario("calm"), load_scenario("refund_wave")
    assert wave.arrivals == calm.arrivals
    assert wave.situations.keys() == calm.situations.keys()
    assert {cause for cause, share in wave.situations.items() if share != calm.situations[cause]} == {
        "refund_before_leaving",
        "refund_refused",
        "exchange_before_leaving",
        "serial_returner",
        "serial_returner_since_weeks",
        "two_returns",
        "third_return_long_ago",
    }


def test_situations_must_leave_room_for_everyday_orders() -> None:
    crowded = load_scenario("calm").model_dump() | {"situations": dict.fromkeys(SITUATIONS, 0.02)}
    with pytest.raises(ValueError, match="more than 60%"):
        Scenario.model_validate(crowded)


def test_a_scenario_must_name_the_known_situations_and_no_other() -> None:
    scenario = load_scenario("calm")
    unknown = scenario.model_copy(update={"situations": {**scenario.situations, "meteor": 0.01}})
    with pytest.raises(ConfigurationError, match="meteor"):
        allot(unknown, np.zeros(1000, dtype=np.int64), random_for(1, "allotment"))


def test_every_situation_gets_whole_groups_and_no_order_twice() -> None:
    dealt, rest = allot(load_scenario("promo_eve"), np.arange(1000) * HOUR, random_for(1, "allotment"))
    rows = [row for block in dealt.values() for row in block.ravel()] + list(rest)
    assert sorted(rows) == list(range(1000))
    assert all(block.shape[1] == SITUATIONS[cause].size for cause, block in dealt.items())
