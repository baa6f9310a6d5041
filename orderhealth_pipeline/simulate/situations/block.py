"""What a situation is made with: its orders, its random numbers and the book of what is true about them.

What belongs here: the operations several situations share. What does not: any single situation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from orderhealth_pipeline.simulate.arrivals import draw_instants
from orderhealth_pipeline.simulate.goods import Catalogue, everyday_prices, one_line
from orderhealth_pipeline.simulate.plan import SHIPPING_PROMISE, Instants, Milestone, Plan, Rows
from orderhealth_pipeline.simulate.scenarios import Arrivals
from orderhealth_pipeline.simulate.timeline import SHORTEST_LIFE_HOURS

TWO_PIECES_SHARE = 0.2
NEAR_SHARE = 0.2
"""The last fifth of the time to ship."""
ANOMALY = "anomaly"
BENIGN = "benign"


@dataclass
class TruthBook:
    """Which orders are hit by which rule, which only look like it, and which nothing is said about."""

    entries: list[tuple[Rows, str, str, str]] = field(default_factory=list)
    everyday: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def write(self, rows: Rows, rule_id: str, verdict: str, cause: str) -> None:
        """Note the verdict of one rule on these orders."""
        self.entries.append((rows.ravel(), rule_id, verdict, cause))


@dataclass(frozen=True)
class Block:
    """The orders of one situation: `rows` has one line per group and one column per order of a group."""

    cause: str
    rows: Rows
    plan: Plan
    catalogue: Catalogue
    arrivals: Arrivals
    everyday: Rows
    rng: np.random.Generator
    truth: TruthBook

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.rows)

    def mark(self, rows: Rows, rule_id: str, verdict: str) -> None:
        """Note the verdict of a rule on these orders, with this situation as its cause."""
        self.truth.write(rows, rule_id, verdict, self.cause)

    def mark_ship_by(self) -> None:
        """Note which of these paid orders, that no carrier has scanned, near or miss their deadline."""
        left = self.plan.at(Milestone.PAID)[self.rows] + SHIPPING_PROMISE - self.plan.as_of
        is_near = (left >= 0) & (left <= SHIPPING_PROMISE * NEAR_SHARE)
        self.mark(self.rows[left < 0], "ship_by_breached", ANOMALY)
        self.mark(self.rows[is_near], "ship_by_at_risk", ANOMALY)
        self.mark(self.rows[left >= 0], "ship_by_breached", BENIGN)
        self.mark(self.rows[left > SHIPPING_PROMISE * NEAR_SHARE], "ship_by_at_risk", BENIGN)

    def seconds(self, low: float, high: float, rows: Rows | None = None) -> Instants:
        """Whole seconds between `low` and `high` in the shape of `rows` (default: one per group)."""
        shape = (self.groups,) if rows is None else rows.shape
        return self.rng.integers(round(low), round(high) + 1, size=shape)

    def at_or_between(self, exact: float, low: float, high: float) -> Instants:
        """Seconds, one number per group: exactly `exact` in every third, else between `low` and `high`."""
        drawn = self.seconds(low, high)
        drawn[::3] = round(exact)
        return drawn

    def one_buyer(self) -> None:
        """All orders of a group have the same buyer and the same address."""
        self.plan.buyer[self.rows] = self.rows[:, :1]
        self.plan.address[self.rows] = self.rows[:, :1]
        self.plan.first_address[self.rows] = self.rows[:, :1]

    def one_address(self) -> None:
        """All orders of a group go to the same address."""
        self.plan.address[self.rows] = self.rows[:, :1]
        self.plan.first_address[self.rows] = self.rows[:, :1]

    def place(self, offsets: npt.NDArray[np.int64]) -> None:
        """Place every group recently, its orders `offsets` seconds later; all are still active at `as_of`.

        Args:
            offsets: seconds after the group's first order, shaped like `rows` or one per column; below one
            hour.
        """
        start = self.recently(hours_ago=(2, SHORTEST_LIFE_HOURS - 2))
        self.plan.move(self.rows, Milestone.PLACED, start[:, None] + offsets)

    def recently(self, hours_ago: tuple[int, int]) -> Instants:
        """One instant per group along the volume curve."""
        return draw_instants(self.arrivals, self.plan.as_of, self.rng, self.groups, hours_ago)

    def bursts(self, span: int, *, exact: bool = False) -> npt.NDArray[np.int64]:
        """Offsets rising from 0 to at most `span` seconds (exactly `span` when `exact`), all different."""
        size = self.rows.shape[1]
        gaps = self.rng.uniform(0.2, 1.0, size=(self.groups, size - 1))
        ends = np.full(self.groups, span) if exact else self.seconds(span // 2, span)
        steps = np.cumsum(gaps, axis=1) / gaps.sum(axis=1, keepdims=True) * ends[:, None]
        offsets = np.column_stack([np.zeros(self.groups), steps]).astype(np.int64)
        offsets[:, -1] = ends
        return offsets

    def different_baskets(self, rows: Rows | None = None) -> None:
        """One line each at an everyday price; no two orders of a group share a SKU."""
        chosen = self.rows if rows is None else rows
        first = self.rng.integers(0, self.catalogue.regular, size=(len(chosen), 1))
        skus = (first + np.arange(chosen.shape[1])) % self.catalogue.regular
        quantities = 1 + (self.rng.random(chosen.shape) < TWO_PIECES_SHARE)
        one_line(self.plan, chosen, skus, quantities, everyday_prices(self.catalogue, skus, self.rng))

    def same_basket(self) -> None:
        """Every order of a group has the SKUs and quantities of its first one, at the same prices."""
        for column in range(1, self.rows.shape[1]):
            self.plan.sku[self.rows[:, column]] = self.plan.sku[self.rows[:, 0]]
            self.plan.quantity[self.rows[:, column]] = self.plan.quantity[self.rows[:, 0]]
            self.plan.price[self.rows[:, column]] = self.plan.price[self.rows[:, 0]]

    def cancel_unpaid(self, rows: Rows, after: Instants | int) -> None:
        """These orders are never paid and cancelled so many seconds after they were placed."""
        self.plan.cut(rows, Milestone.PAID)
        self.plan.moments["cancelled"][rows] = self.plan.at(Milestone.PLACED)[rows] + after


@dataclass(frozen=True)
class Situation:
    """How many orders one group takes, and the function that shapes them and notes what is true.

    `recent` says that the orders are placed within the last two days, or almost.
    """

    size: int
    arrange: Callable[[Block], None]
    recent: bool = True
