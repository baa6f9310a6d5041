"""The file of signals: the one that comes along is right, and what is wrong is told with line and reason."""

from __future__ import annotations

from decimal import Decimal
from math import prod
from pathlib import Path

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.orders.profiles.signals import SIGNALS_FILE, read_signals, usual_signals
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue

RULES = read_catalogue(expectations_folder(), frozenset(feed_contracts())).rules
WRITTEN = (expectations_folder() / SIGNALS_FILE).read_text(encoding="utf-8")
SHARES_PHONES = """    of: shared_phones
    at_least: 1
"""


def risk_of(*names: str) -> Decimal:
    return 100 * (1 - prod((1 - usual_signals().signals[name].weight for name in names), start=Decimal(1)))


def test_the_signals_that_come_along_name_rules_that_there_are() -> None:
    assert read_signals(expectations_folder(), RULES) == usual_signals()


def test_a_folder_without_the_file_has_the_usual_signals(tmp_path: Path) -> None:
    assert read_signals(tmp_path) is usual_signals()


def test_no_single_signal_makes_a_buyer_risky_and_what_belongs_together_does() -> None:
    assert all(risk_of(name) < 60 for name in usual_signals().signals)
    assert risk_of("cancels_often", "leaves_unpaid", "shares_phones") < 60
    assert risk_of("cancels_often", "leaves_unpaid", "bursts") >= 60
    assert risk_of("cancels_often", "leaves_unpaid", "returns_often") >= 60
    assert risk_of("confirmed", "bursts") >= 60


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("    weight: 0.20\n", "    weight: 1\n", "less than 1"),
        ("    weight: 0.20\n", "    weight: 0\n", "greater than 0"),
        ("    of: shared_phones\n", "    of: phones\n", "shared_phones"),
        (SHARES_PHONES, "    of: shared_phones\n", "exactly one of more_than"),
        (SHARES_PHONES, SHARES_PHONES + "    below: 3\n", "exactly one of more_than"),
        (SHARES_PHONES, "    of: unpaid_rate\n    at_least: 50\n", "a share: between 0 and 1"),
        (SHARES_PHONES, SHARES_PHONES + "    rules: [buyer_burst]\n", "shared_phones has none"),
        ("risky_buyer]", "risk_buyer]", "there is no rule 'risk_buyer'"),
        ("  burst_orders: 5\n", "  burst_orders: 1\n", "greater than or equal to 2"),
        ("  burst_orders: 5\n", "  burst_order: 5\n", "burst_order"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in WRITTEN
    (tmp_path / SIGNALS_FILE).write_text(WRITTEN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        read_signals(tmp_path, RULES)
    assert f"{SIGNALS_FILE}:" in str(error.value)
    assert reason in str(error.value)
