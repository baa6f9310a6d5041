"""How often people found a rule right, and the figure that would have spared them most false alarms.

What belongs here: counting verdicts, Wilson's interval, and the proposal. What does not: the log of verdicts
(desk/), and showing any of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Final

import polars as pl

from orderhealth_pipeline.rules.said import VERDICTS
from orderhealth_pipeline.said import said_by

NOISY_BELOW: Final = 0.6
NOISY_FROM: Final = 30
"""A rule is called noisy below this precision, from so many verdicts on."""

_Z: Final = 1.959964
"""Standard deviations of a 95 % interval."""

_TABLE: Final = pl.Schema(
    {
        "rule_id": pl.String(),
        "confirmed": pl.Int64(),
        "false_alarms": pl.Int64(),
        "precision_share": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "is_noisy": pl.Boolean(),
        "proposed_operator": pl.String(),
        "proposed_figure": pl.Float64(),
        "false_alarms_lost": pl.Int64(),
    }
)


@dataclass(frozen=True)
class Precision:
    """The verdicts on the findings of one rule; `low` and `high` bound the precision (Wilson, 95 %)."""

    confirmed: int
    false_alarms: int

    @property
    def verdicts(self) -> int:
        """The number of findings that people judged."""
        return self.confirmed + self.false_alarms

    @property
    def share(self) -> float:
        """The share of findings that were right."""
        return self.confirmed / self.verdicts

    @property
    def low(self) -> float:
        """The lower bound."""
        return self._middle - self._half

    @property
    def high(self) -> float:
        """The upper bound."""
        return self._middle + self._half

    @property
    def is_noisy(self) -> bool:
        """Say whether the rule is wrong too often."""
        return self.verdicts >= NOISY_FROM and self.share < NOISY_BELOW

    @property
    def _middle(self) -> float:
        return (self.share + _Z**2 / (2 * self.verdicts)) / (1 + _Z**2 / self.verdicts)

    @property
    def _half(self) -> float:
        n, p = self.verdicts, self.share
        return _Z / (1 + _Z**2 / n) * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))


@dataclass(frozen=True)
class Proposal:
    """A figure that a noisy rule could compare with, and how many false alarms it would lose."""

    operator: str
    figure: float
    lost: int


@dataclass(frozen=True)
class Judged:
    """What people say of a rule, and what is proposed where it is noisy."""

    precision: Precision
    proposal: Proposal | None = None


def newest_verdicts(said: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return the newest verdict on every finding at an instant: order_id, rule_id, kind."""
    return (
        said_by(said, as_of)
        .filter(pl.col("kind").is_in(VERDICTS))
        .sort("said_at", "entry")
        .unique(["value", "rule_id"], keep="last", maintain_order=True)
        .select("rule_id", "kind", order_id="value")
    )


def precision_of_rules(verdicts: pl.DataFrame) -> dict[str, Precision]:
    """Count verdicts (rule_id, kind) by rule; a rule that nobody judged is not among them."""
    counted = verdicts.group_by("rule_id").agg(
        confirmed=(pl.col("kind") == "confirmed").sum(), false_alarms=(pl.col("kind") == "false_alarm").sum()
    )
    return {
        rule_id: Precision(confirmed, false) for rule_id, confirmed, false in counted.sort("rule_id").rows()
    }


def precision_table(judged: Mapping[str, Judged]) -> pl.DataFrame:
    """Return what people say of rules as the store's table rule_precision has it."""
    rows = []
    for rule_id, each in judged.items():
        counted, proposal = each.precision, each.proposal
        proposed = (proposal.operator, proposal.figure, proposal.lost) if proposal else (None, None, None)
        shares = (counted.share, counted.low, counted.high, counted.is_noisy)
        rows.append((rule_id, counted.confirmed, counted.false_alarms, *shares, *proposed))
    return pl.DataFrame(rows, schema=_TABLE, orient="row")


def proposed_figure(
    confirmed: Sequence[float], false_alarms: Sequence[float], operator: str
) -> tuple[float, int] | None:
    """Return a figure that keeps every confirmed finding, and how many false alarms it loses.

    It is a value of a false alarm, of those that the comparison then leaves out the one farthest from where
    it is now. None where no figure loses any, and for operators without an order.
    """
    if not confirmed:
        return None
    if operator == "more_than":
        least = min(confirmed)
        lost = [value for value in false_alarms if value < least]
        return (max(lost), len(lost)) if lost else None
    if operator == "at_least":
        least = min(confirmed)
        lost = [value for value in false_alarms if value < least]
        return (least, len(lost)) if lost else None
    most = max(confirmed)
    lost = [value for value in false_alarms if value > most]
    if operator == "below":
        return (min(lost), len(lost)) if lost else None
    return (most, len(lost)) if lost and operator == "at_most" else None
