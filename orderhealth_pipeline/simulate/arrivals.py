"""When orders are placed: the hourly volume curve and drawing instants from it.

What belongs here: day and night, growth, the rise before a promotion and its rush. What does not: what is
ordered.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from orderhealth_pipeline.simulate.plan import DAY, HOUR, Instants
from orderhealth_pipeline.simulate.scenarios import Arrivals

SHOP_OFFSET = 8 * HOUR
NEWEST_AGE = 3


def hourly_weights(arrivals: Arrivals, as_of: int) -> npt.NDArray[np.float64]:
    """The relative volume of every hour before `as_of`; element 0 is the last hour, element 1 the one before.

    The shop's clock is that of China (UTC+8, no summer time).
    """
    age = np.arange(arrivals.horizon_days * 24)
    clock = ((as_of + SHOP_OFFSET - age * HOUR - 1) // HOUR) % 24
    growth = 1 - (1 - arrivals.oldest_day_share) * age / age[-1]
    rise = 1 + (arrivals.rise_factor - 1) * np.clip(1 - age / arrivals.rise_hours, 0, None)
    rush = np.where(age < arrivals.rush_hours, arrivals.rush_factor, 1.0)
    weights: npt.NDArray[np.float64] = np.asarray(arrivals.hour_weights)[clock] * growth * rise * rush
    return weights


def draw_instants(
    arrivals: Arrivals,
    as_of: int,
    rng: np.random.Generator,
    size: int,
    hours_ago: tuple[int, int] | None = None,
) -> Instants:
    """`size` instants along the volume curve, all at least a few seconds before `as_of`.

    Args:
        hours_ago: draw only between so many and so many hours before `as_of`; None draws from the whole
        horizon.
    """
    newest, oldest = (0, arrivals.horizon_days * 24) if hours_ago is None else hours_ago
    weights = hourly_weights(arrivals, as_of)[newest:oldest]
    hour = newest + rng.choice(len(weights), size=size, p=weights / weights.sum())
    age = hour * HOUR + rng.integers(0, HOUR, size=size)
    instants: Instants = as_of - np.maximum(age, NEWEST_AGE)
    return instants


def between(rng: np.random.Generator, low: float, high: float, size: int | tuple[int, ...]) -> Instants:
    """Whole seconds, evenly spread from `low` to `high` (both ends included)."""
    seconds: Instants = rng.integers(round(low), round(high) + 1, size=size, dtype=np.int64)
    return seconds


def days_ago(
    as_of: int, rng: np.random.Generator, low: float, high: float, size: int | tuple[int, ...]
) -> Instants:
    """Instants between `low` and `high` days before `as_of`."""
    return as_of - between(rng, low * DAY, high * DAY, size)
