"""The types that cross between the stages: the frames of the feeds, requests for features, frame schemas.

What belongs here: declarations that ingest, orders, rules and score share. What does not: logic of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

import polars as pl

INSTANT: Final = pl.Datetime("us", "UTC")
MONEY: Final = pl.Decimal(18, 4)

FeedState = Literal["fresh", "stale", "damaged", "missing"]
ParameterValue = int | Decimal | str | tuple[str, ...]

FeedColumns = dict[str, tuple[str, ...]]
"""Columns by feed. `a|b` is one of the two; `b` may stand in another feed, as `feed.b`."""


@dataclass(frozen=True)
class FeatureRequest:
    """One feature of an order with its parameters, as a rule asks for it.

    `column` is the column of order_fact that will hold it: the feature's name, followed by its parameters.
    """

    feature: str
    parameters: tuple[tuple[str, ParameterValue], ...] = ()

    @property
    def column(self) -> str:
        """Name the column, e.g. `buyer_orders_in_span__span_minutes_10`."""
        return self.evidence_column(self.feature)

    def evidence_column(self, name: str) -> str:
        """Name the column of a piece of evidence, e.g. `span_started_at__span_minutes_10`."""
        suffix = "_".join(f"{key}_{_written(value)}" for key, value in self.parameters)
        return f"{name}__{suffix}".replace(".", "_") if suffix else name


def _written(value: ParameterValue) -> str:
    return "_".join(value) if isinstance(value, tuple) else str(value)


def known_column(request: FeatureRequest) -> str:
    """Name the column of order_fact that says whether what a feature needs of an order is known.

    What a declared feature needs does not depend on its parameters; what a shape needs does.
    """
    has_words = any(isinstance(value, str) for _, value in request.parameters)
    return f"known__{request.column if has_words else request.feature}"


@dataclass(frozen=True)
class VisibleFeeds:
    """What may be seen of every feed at `as_of`.

    `frames` has a frame for every feed of the contract (empty with the right schema where nothing is known):
    one row per key, the version that counts at `as_of`, later instants already null (but a payment's paid_at
    is kept: one without succeeded at its updated_at). `states` tells fresh, stale, damaged or missing.
    `columns` names the columns that the files of a feed ever had: a column that nobody sends is unknown, not
    empty.
    """

    as_of: datetime
    frames: Mapping[str, pl.DataFrame]
    states: Mapping[str, FeedState]
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __getitem__(self, feed: str) -> pl.DataFrame:
        """Return the frame of one feed."""
        return self.frames[feed]

    def usable(self, feed: str) -> bool:
        """Say whether rules may rely on the feed: not missing, stale or damaged."""
        return self.states[feed] == "fresh"

    def provides(self, feed: str, column: str) -> bool:
        """Say whether any file of the feed ever had the column."""
        return column in self.columns.get(feed, frozenset())


FINDINGS_SCHEMA: Final = pl.Schema(
    {
        "order_id": pl.String(),
        "rule_id": pl.String(),
        "stage": pl.String(),
        "severity": pl.String(),
        "state": pl.String(),
        "explained_by": pl.String(),
        "evidence": pl.String(),
    }
)
"""One row per order and rule that is hit at `as_of`; `order_id` is null for a system-level rule.

`evidence` is JSON text.
"""
