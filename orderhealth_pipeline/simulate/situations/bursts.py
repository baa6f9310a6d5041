"""Many orders of one buyer within minutes: scripts, and families and retries like them (`buyer_burst`).

What belongs here: situations about the pace of one buyer. What does not: single pairs of equal orders
(duplicates.py).
"""

from __future__ import annotations

import numpy as np

from orderhealth_pipeline.simulate.goods import copy_basket, everyday_prices, one_line
from orderhealth_pipeline.simulate.plan import MINUTE
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, Situation

RULE = "buyer_burst"
SPAN = 10 * MINUTE
GLITCH_SHARE = 0.45
BULK_QUANTITY = 20


def hoarding_script(block: Block) -> None:
    """A script orders one cheap basket six times within ten minutes; each also duplicates the others."""
    block.place(block.bursts(SPAN - MINUTE))
    block.one_buyer()
    cheapest = np.argsort(block.catalogue.base_price)[: block.catalogue.regular // 4]
    sku = block.rng.choice(cheapest, size=block.groups)
    one_line(block.plan, block.rows[:, 0], sku, 1, everyday_prices(block.catalogue, sku, block.rng))
    block.same_basket()
    block.mark(block.rows, RULE, ANOMALY)
    block.mark(block.rows, "duplicate_order", ANOMALY)
    block.mark(block.rows, "scripted_low_price", BENIGN)


def price_glitch_script(block: Block) -> None:
    """Five orders in exactly ten minutes, each to another address, of a SKU that a bulk buyer paid in full.

    The glitch stays below 70 % of the mean by the bulk order's weight: (20 + 5 × 0.45) ÷ 25 = 0.89, and 0.45
    < 0.62.
    """
    script, bulk = block.rows[:, :5], block.rows[:, 5]
    rising = block.bursts(SPAN, exact=True)
    five_over_the_span = np.column_stack([rising[:, 0], rising[:, 2:]])
    block.place(np.column_stack([five_over_the_span, block.seconds(MINUTE, SPAN)]))
    block.plan.buyer[script] = script[:, :1]
    sku = block.catalogue.reserve(block.groups)
    price = block.seconds(5_000, 12_000)
    one_line(block.plan, script, sku[:, None], 1, (price[:, None] * GLITCH_SHARE).astype(np.int64))
    one_line(block.plan, bulk, sku, BULK_QUANTITY, price)
    block.mark(script, RULE, ANOMALY)
    block.mark(script, "low_price", ANOMALY)
    block.mark(script, "scripted_low_price", ANOMALY)


def too_many_tries(block: Block) -> None:
    """Four unpaid tries, the paid order and two more: only the two nearest are forgiven, five remain."""
    _tries_then_orders(block, tries=4)
    block.mark(block.rows[:, 4:], RULE, ANOMALY)
    block.mark(block.rows[:, 4:], "risky_buyer", ANOMALY)


def payment_timeout_reorder(block: Block) -> None:
    """Three unpaid tries, the paid order and one more: without the two forgiven tries there is no burst."""
    _tries_then_orders(block, tries=3)
    block.mark(block.rows, RULE, BENIGN)
    block.mark(block.rows, "risky_buyer", BENIGN)


def family_burst(block: Block) -> None:
    """A family orders five different things within ten minutes, all paid: a genuine basket."""
    block.place(block.bursts(SPAN))
    block.one_buyer()
    block.different_baskets()
    block.mark(block.rows, RULE, BENIGN)


def four_orders(block: Block) -> None:
    """Four orders within ten minutes are one too few."""
    block.place(block.bursts(SPAN))
    block.one_buyer()
    block.different_baskets()
    block.mark(block.rows, RULE, BENIGN)


def one_second_too_long(block: Block) -> None:
    """Five orders whose span is ten minutes and one second."""
    block.place(block.bursts(SPAN + 1, exact=True))
    block.one_buyer()
    block.different_baskets()
    block.mark(block.rows, RULE, BENIGN)


def _tries_then_orders(block: Block, tries: int) -> None:
    block.place(block.bursts(SPAN))
    block.one_buyer()
    block.different_baskets()
    for column in range(tries):
        copy_basket(block.plan, block.rows[:, column], block.rows[:, tries])
    attempts = block.rows[:, :tries]
    block.cancel_unpaid(attempts, block.seconds(30, 30 * MINUTE, attempts))
    block.plan.flags["order_closed"][attempts[::2]] = True


SITUATIONS = {
    "hoarding_script": Situation(6, hoarding_script),
    "price_glitch_script": Situation(6, price_glitch_script),
    "too_many_tries": Situation(7, too_many_tries),
    "payment_timeout_reorder": Situation(5, payment_timeout_reorder),
    "family_burst": Situation(5, family_burst),
    "four_orders": Situation(4, four_orders),
    "one_second_too_long": Situation(5, one_second_too_long),
}
