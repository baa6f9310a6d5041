"""What a plan cannot hold is said, and never silently left out of the truth."""

from __future__ import annotations

import numpy as np
import pytest

from orderhealth_pipeline.errors import ConfigurationError, UnusableInputError
from orderhealth_pipeline.simulate.carriers import leave_unscanned
from orderhealth_pipeline.simulate.goods import catalogue_for
from orderhealth_pipeline.simulate.plan import Plan, random_for
from orderhealth_pipeline.simulate.scenarios import load_scenario
from orderhealth_pipeline.simulate.situations import SITUATIONS
from orderhealth_pipeline.simulate.situations.block import Block, TruthBook

AS_OF = 1_794_312_000


def test_a_pickup_gap_needs_twenty_orders_that_are_due() -> None:
    with pytest.raises(UnusableInputError, match="300 orders are too few"):
        leave_unscanned(Plan.of(300, AS_OF), 0.76, random_for(1, "carriers"))


def test_low_prices_need_everyday_orders_of_the_same_goods() -> None:
    cause = "far_below_the_mean"
    rng = random_for(1, cause)
    nobody = np.zeros(0, dtype=np.int64)
    block = Block(
        cause=cause,
        rows=np.arange(5)[:, None],
        plan=Plan.of(5, AS_OF),
        catalogue=catalogue_for(5, rng),
        arrivals=load_scenario("calm").arrivals,
        everyday=nobody,
        rng=rng,
        truth=TruthBook(),
    )
    with pytest.raises(ConfigurationError, match=f"'{cause}' takes more orders than its SKUs bear"):
        SITUATIONS[cause].arrange(block)
