"""SKUs, baskets and prices.

What belongs here: the catalogue of a simulated shop, what an order holds and what was paid per unit. What
does not: prices that are too low; those are situations, and they rely on the bound below.

Everyday prices stay within 8 % of their SKU's base price, so no everyday line is below 70 % of a mean: 0.92 ÷
1.08 is 0.85.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from orderhealth_pipeline.simulate.plan import MOST_LINES, Indices, Plan, Rows
from orderhealth_pipeline.simulate.vocabulary import choose, goods

PRICE_NOISE = 0.08
LINES_SHARES = {1: 0.76, 2: 0.19, 3: 0.05}
ORDERS_PER_SKU = 60
FEWEST_SKUS, MOST_SKUS = 12, 4000


@dataclass
class Catalogue:
    """SKUs 0 … `regular` - 1 are sold to everybody; later ones belong to one situation alone.

    `scarce` holds the pieces on hand of the SKUs that are short of stock; there is plenty of all others.
    """

    regular: int
    base_price: npt.NDArray[np.int64]
    popularity: npt.NDArray[np.float64]
    reserved: int = 0
    scarce: dict[int, int] = field(default_factory=dict)

    def reserve(self, size: int) -> npt.NDArray[np.int64]:
        """New SKUs that no other order will hold."""
        first = self.regular + self.reserved
        self.reserved += size
        return np.arange(first, first + size)

    def names(self, skus: Indices) -> pl.Series:
        """The SKU codes, for instance `NAPPY-00012`."""
        codes = [category.code for category in goods().categories]
        known = pl.Series(
            [f"{codes[sku % len(codes)]}-{sku:05d}" for sku in range(self.regular + self.reserved)]
        )
        return known.gather(pl.Series(skus))


def catalogue_for(orders: int, rng: np.random.Generator) -> Catalogue:
    """A catalogue that grows with the shop, some SKUs selling up to six times as often as others."""
    regular = int(np.clip(orders // ORDERS_PER_SKU, FEWEST_SKUS, MOST_SKUS))
    price_ranges = np.array([category.price for category in goods().categories])
    ranges = price_ranges[np.arange(regular) % len(price_ranges)]
    base = rng.integers(ranges[:, 0], ranges[:, 1] + 1) // 10 * 10
    popularity = rng.uniform(0.5, 3.0, size=regular)
    return Catalogue(regular, base, popularity / popularity.sum())


def fill_baskets(plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> None:
    """Return every order one to three lines of different regular SKUs at everyday prices."""
    orders = plan.orders
    lines = 1 + choose(LINES_SHARES, rng, orders)
    first = rng.choice(catalogue.regular, size=orders, p=catalogue.popularity)
    steps = np.cumsum(rng.integers(1, catalogue.regular // MOST_LINES, size=(orders, MOST_LINES - 1)), axis=1)
    skus = np.column_stack([first, (first[:, None] + steps) % catalogue.regular])
    absent = np.arange(MOST_LINES)[None, :] >= lines[:, None]
    drawn = np.array(list(goods().quantities))[choose(goods().quantities, rng, orders * MOST_LINES)]
    plan.sku[:] = np.where(absent, -1, skus)
    plan.quantity[:] = np.where(absent, 0, drawn.reshape(orders, MOST_LINES))
    plan.price[:] = np.where(absent, 0, everyday_prices(catalogue, skus, rng))


def everyday_prices(catalogue: Catalogue, skus: Indices, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Prices in fen within `PRICE_NOISE` of each SKU's base price."""
    noise = rng.uniform(1 - PRICE_NOISE, 1 + PRICE_NOISE, size=skus.shape)
    return (catalogue.base_price[skus] * noise).astype(np.int64)


def one_line(plan: Plan, rows: Rows, skus: Indices, quantities: Indices | int, prices: Indices) -> None:
    """Replace the baskets of `rows` by a single line each. Shapes as `rows`; prices in fen."""
    plan.sku[rows] = -1
    plan.quantity[rows] = 0
    plan.price[rows] = 0
    plan.sku[rows, 0] = skus
    plan.quantity[rows, 0] = quantities
    plan.price[rows, 0] = prices


def copy_basket(plan: Plan, rows: Rows, source: Rows) -> None:
    """Return `rows` the SKUs, quantities and prices of `source`."""
    plan.sku[rows] = plan.sku[source]
    plan.quantity[rows] = plan.quantity[source]
    plan.price[rows] = plan.price[source]


def amounts(plan: Plan) -> npt.NDArray[np.int64]:
    """What every order costs, in fen."""
    fen: npt.NDArray[np.int64] = (plan.quantity.astype(np.int64) * plan.price).sum(axis=1)
    return fen
