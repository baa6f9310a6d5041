"""Every situation of the simulated shop by its cause: one module per kind, anomalies beside look-alikes.

What belongs here: the register and setting the situations up. What does not: the situations themselves.
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.simulate.plan import HOUR, Instants, Rows
from orderhealth_pipeline.simulate.scenarios import Scenario
from orderhealth_pipeline.simulate.situations import (
    addresses,
    after_sales,
    bursts,
    contents,
    duplicates,
    history,
    logistics,
    money,
    payment,
    prices,
    promises,
    refunds,
    stock,
    warehouse,
)
from orderhealth_pipeline.simulate.situations.block import Situation

RECENT_HOURS = 48
LENT_SHARE = 0.7

SITUATIONS: dict[str, Situation] = {
    cause: situation
    for module in (
        bursts,
        addresses,
        prices,
        duplicates,
        stock,
        payment,
        money,
        warehouse,
        promises,
        refunds,
        contents,
        logistics,
        after_sales,
        history,
    )
    for cause, situation in module.SITUATIONS.items()
}


def allot(scenario: Scenario, ages: Instants, rng: np.random.Generator) -> tuple[dict[str, Rows], Rows]:
    """Deal the orders out: by cause a matrix (groups x size) of rows, and the rows that are left over.

    Every situation gets at least one group. A situation of the last days takes recent orders while there are
    some, since it will place them anew: so the volume curve keeps its shape.

    Args:
        ages: seconds from every order's drawn instant to `as_of`.

    Raises:
        ConfigurationError: the scenario names an unknown situation, or leaves a known one out.
    """
    if wrong := set(scenario.situations) ^ set(SITUATIONS):
        raise ConfigurationError(
            f"the scenario must name every situation and no other; check: {', '.join(sorted(wrong))}"
        )
    shuffled = rng.permutation(len(ages)).astype(np.int64)
    recent = ages[shuffled] < RECENT_HOURS * HOUR
    lent = np.cumsum(recent) <= LENT_SHARE * recent.sum()
    young, old = shuffled[recent & lent], shuffled[~(recent & lent)]
    dealt: dict[str, Rows] = {}
    for cause, share in scenario.situations.items():
        situation = SITUATIONS[cause]
        groups = max(1, round(share * len(ages) / situation.size))
        size = groups * situation.size
        if situation.recent and size <= len(young):
            taken, young = young[:size], young[size:]
        else:
            taken, old = old[:size], old[size:]
        dealt[cause] = taken.reshape(groups, situation.size)
    return dealt, np.sort(np.concatenate([young, old]))
