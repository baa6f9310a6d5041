"""The declared columns of an order's fact, read from orders/columns.yml.

What belongs here: what each column is. What does not: computing it (orders/).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from orderhealth_pipeline.frames import FeedColumns
from orderhealth_pipeline.words import Milestone, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).parents[1] / "orders" / "columns.yml"

ColumnKind = Literal["identifier", "text", "instant", "promise", "amount", "flag", "count"]


class OrderColumn(FrozenModel):
    """One column of an order's fact.

    `shown` in order_fact, else only for features and the next run. `milestone` is the one whose instant it
    is. `inputs` are the columns of feeds that it comes from.
    """

    type: ColumnKind
    shown: bool = True
    milestone: Milestone | None = None
    inputs: FeedColumns
    title: Text


class _ColumnsFile(FrozenModel):
    columns: dict[str, OrderColumn]


@cache
def order_columns() -> Mapping[str, OrderColumn]:
    """Read the declarations, by name, in the order of the fact."""
    return read_model(_FILE, _ColumnsFile).columns


@cache
def milestone_columns() -> Mapping[Milestone, str]:
    """Return the column that holds the instant of each milestone."""
    return {each.milestone: name for name, each in order_columns().items() if each.milestone is not None}


def hidden_columns() -> tuple[str, ...]:
    """Return the columns that order_fact does not show."""
    return tuple(name for name, each in order_columns().items() if not each.shown)
