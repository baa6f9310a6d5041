"""Prices far below what others paid, and those that only come near (`low_price`).

What belongs here: situations about one line's price. What does not: everyday prices (goods.py).

Exact shares use a SKU that nobody else buys. The rest share SKUs with everyday orders; too low and merely
steep lines each take at most a tenth of what everyday orders bought of a SKU in the last 30 days. A mean is
then at least 0.8 × 0.92 + 0.1 × 0.78 + 0.1 × 0.40 = 0.854 of the base price, whose 70 % is 0.598: prices up
to 0.55 are below it. No mean exceeds 1.08, whose 70 % is 0.756: prices from 0.78 are above it.
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.simulate.goods import one_line
from orderhealth_pipeline.simulate.plan import DAY, HOUR, MINUTE, Indices, Milestone
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation

RULE = "low_price"
SLOTS_PER_EVERYDAY_UNIT = 10
TOO_LOW = (0.40, 0.55)
STEEP = (0.78, 0.85)
WINDOW = 30 * DAY


def far_below_the_mean(block: Block) -> None:
    """A line at about half of what everybody else pays."""
    _single_lines(block, TOO_LOW)
    block.mark(block.rows, RULE, ANOMALY)
    block.mark(block.rows, "scripted_low_price", BENIGN)


def steep_but_fair(block: Block) -> None:
    """A discount of up to a fifth."""
    _single_lines(block, STEEP)
    block.mark(block.rows, RULE, BENIGN)


def one_cent_below(block: Block) -> None:
    """Four lines at 129.00 and one at 83.99: the mean is 119.998, its 70 % 83.9986."""
    _five_of_one_sku(block, 8_399)
    block.mark(block.rows[:, 4], RULE, ANOMALY)


def exactly_seventy_per_cent(block: Block) -> None:
    """Four lines at 129.00 and one at 84.00: the mean is 120.00, its 70 % 84.00, and below is strict."""
    _five_of_one_sku(block, 8_400)
    block.mark(block.rows[:, 4], RULE, BENIGN)


def rare_goods(block: Block) -> None:
    """Four lines of a SKU, two of them at a third of the price: too few lines for a mean."""
    block.place(block.seconds(0, 50 * MINUTE, block.rows))
    sku = block.catalogue.reserve(block.groups)
    prices = np.broadcast_to(np.array([15_000, 15_000, 5_000, 4_990]), block.rows.shape)
    one_line(block.plan, block.rows, sku[:, None], 1, prices)
    block.mark(block.rows[:, 2:], RULE, BENIGN)


def _five_of_one_sku(block: Block, last_price: int) -> None:
    block.place(block.seconds(0, 50 * MINUTE, block.rows))
    sku = block.catalogue.reserve(block.groups)
    prices = np.broadcast_to(np.array([12_900, 12_900, 12_900, 12_900, last_price]), block.rows.shape)
    one_line(block.plan, block.rows, sku[:, None], 1, prices)


def _single_lines(block: Block, share_of_base: tuple[float, float]) -> None:
    rows = block.rows.ravel()
    block.place(block.seconds(0, 50 * MINUTE, block.rows))
    slots = _slots(block)
    if len(slots) < len(rows):
        raise ConfigurationError(
            f"situation {block.cause!r} takes more orders than its SKUs bear; lower its share"
        )
    sku = block.rng.choice(slots, size=len(rows), replace=False)
    share = block.rng.uniform(*share_of_base, size=len(rows))
    one_line(block.plan, rows, sku, 1, (block.catalogue.base_price[sku] * share).astype(np.int64))


def _slots(block: Block) -> Indices:
    """Every regular SKU once for each ten units that everyday orders bought well inside the 30 days."""
    recent = block.everyday[
        block.plan.at(Milestone.PLACED)[block.everyday] > block.plan.as_of - WINDOW + HOUR
    ]
    skus, quantities = block.plan.sku[recent].ravel(), block.plan.quantity[recent].ravel()
    units = np.bincount(skus[skus >= 0], weights=quantities[skus >= 0], minlength=block.catalogue.regular)
    return np.repeat(np.arange(block.catalogue.regular), units.astype(np.int64) // SLOTS_PER_EVERYDAY_UNIT)


SITUATIONS = {
    "far_below_the_mean": Situation(1, far_below_the_mean),
    "one_cent_below": Situation(5, one_cent_below),
    "exactly_seventy_per_cent": Situation(5, exactly_seventy_per_cent),
    "rare_goods": Situation(4, rare_goods),
    "steep_but_fair": Situation(4, steep_but_fair),
}
