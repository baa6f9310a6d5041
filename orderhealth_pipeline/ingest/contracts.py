"""The contract of every feed: its columns, types, key, vocabulary and event time, read from feeds.yml.

What belongs here: what a feed is. What does not: reading files (stage.py) or typing rows (typing.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from orderhealth_pipeline.frames import INSTANT, MONEY
from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("feeds.yml")

ColumnType = Literal[
    "identifier", "text", "instant", "promise", "amount", "quantity", "flag", "day", "status"
]

MOST: Final[Mapping[ColumnType, int]] = {"amount": 10_000_000_000, "quantity": 100_000_000}
"""What no shop takes or has of anything: a row with more, such as a barcode in the place of a price, is
rejected. Sums over any number of rows fit into 38 digits."""

_DUCKDB_TYPES: Final[dict[ColumnType, str]] = {
    "identifier": "varchar",
    "text": "varchar",
    "status": "varchar",
    "instant": "timestamptz",
    "promise": "timestamptz",
    "amount": "decimal(18, 4)",
    "quantity": "decimal(18, 4)",
    "flag": "boolean",
    "day": "date",
}
_POLARS_TYPES: Final[dict[str, pl.DataType]] = {
    "varchar": pl.String(),
    "timestamptz": INSTANT,
    "decimal(18, 4)": MONEY,
    "boolean": pl.Boolean(),
    "date": pl.Date(),
}


class ColumnContract(FrozenModel):
    """One column of a feed; `words` is the vocabulary of a status, `meanings` what other words mean."""

    type: ColumnType
    required: bool = False
    words: tuple[str, ...] = ()
    meanings: dict[str, str] = Field(default_factory=dict)

    @property
    def duckdb_type(self) -> str:
        """The type it has in the store."""
        return _DUCKDB_TYPES[self.type]


class BelongsTo(FrozenModel):
    """How a record finds its orders: by its own order_id, or `by` a column that the feed `through` has."""

    by: str
    through: str | None = None


class FeedContract(FrozenModel):
    """One feed: one table of one source system."""

    system: Literal["storefront", "payment", "erp", "wms", "tms"]
    title: Text
    key: tuple[str, ...]
    belongs_to: BelongsTo | None = None
    occurs_at: str | None = None
    owner: str | None = None
    columns: dict[str, ColumnContract]

    @property
    def is_versioned(self) -> bool:
        """Say whether its rows carry the instant of their version."""
        return "updated_at" in self.columns

    @property
    def version_key(self) -> tuple[str, ...]:
        """The columns that tell a version of a row from every other."""
        return (*self.key, "updated_at") if self.is_versioned else self.key

    @property
    def required(self) -> tuple[str, ...]:
        """The columns every row must fill."""
        return tuple(name for name, column in self.columns.items() if column.required)

    @property
    def may_be_empty(self) -> tuple[str, ...]:
        """The columns of the key that a row may leave empty: empty is then a value like any other."""
        return tuple(name for name in self.key if not self.columns[name].required)

    def of_type(self, *types: ColumnType) -> tuple[str, ...]:
        """The columns of the given types."""
        return tuple(name for name, column in self.columns.items() if column.type in types)

    def schema(self) -> pl.Schema:  # type: ignore[override]  # pydantic's own is deprecated
        """The Polars schema of its rows in the store."""
        return pl.Schema({name: _POLARS_TYPES[column.duckdb_type] for name, column in self.columns.items()})


class _FeedsFile(FrozenModel):
    feeds: dict[str, FeedContract]

    @model_validator(mode="after")
    def _records_find_their_orders(self) -> Self:
        for feed, contract in self.feeds.items():
            path = contract.belongs_to
            if path is None:
                continue
            between = contract if path.through is None else self.feeds.get(path.through)
            if (
                path.by not in contract.columns
                or between is None
                or not {path.by, "order_id"} <= set(between.columns)
            ):
                raise ValueError(f"{feed}: no order is found by {path.by} through {path.through or feed}")
        return self


def feed_contracts() -> dict[str, FeedContract]:
    """Read the contracts of all feeds, by name, in the order the records flow."""
    return dict(_declared())


@cache
def _declared() -> dict[str, FeedContract]:
    return read_model(_FILE, _FeedsFile).feeds
