"""The declared features of an order: their inputs, parameters and evidence columns, read from features.yml.

What belongs here: the declaration that rules refer to and orders/ computes. What does not: computing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from orderhealth_pipeline.frames import FeatureRequest, ParameterValue
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("features.yml")


class Measures(FrozenModel):
    """What a feature measures, in both languages."""

    zh: str
    en: str


Unit = Literal["minutes", "hours", "days", "count", "share", "ratio"]


class Bounds(FrozenModel):
    """What a figure of one unit may be, both ends included; beyond lies what nobody can mean."""

    at_least: Decimal
    at_most: Decimal
    is_whole: bool = False


OrderInput = Literal["buyer", "address", "readable_address", "lines", "payment_instant"]
"""What must be known of an order itself (see orders/known_inputs.py)."""

FeedColumns = dict[str, tuple[str, ...]]
"""Columns by feed. `a|b` is one of the two; `b` may stand in another feed, as `feed.b`."""


class Inputs(FrozenModel):
    """What a feature reads.

    Without one of the columns of `needs` it is unknown, and without all columns of `judges_by`. Where only
    some of these are absent, or columns of `refined_by`, it is judged by the rest. `of_order` is what must
    be known of an order for the feature to be known of it.
    """

    needs: FeedColumns = Field(default_factory=dict)
    judges_by: FeedColumns = Field(default_factory=dict)
    refined_by: FeedColumns = Field(default_factory=dict)
    of_order: tuple[OrderInput, ...] = ()

    @property
    def feeds(self) -> frozenset[str]:
        """The feeds that it is judged by."""
        return frozenset((*self.needs, *self.judges_by))

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.needs or self.judges_by):
            raise ValueError("a feature needs columns, or judges by columns; name them")
        return self


def alternatives(feed: str, column: str) -> Iterator[tuple[str, str]]:
    """Return feed and column of each alternative of one declared column, such as `paid_at|updated_at`."""
    for name in column.split("|"):
        other_feed, has_feed, other_column = name.partition(".")
        yield (other_feed, other_column) if has_feed else (feed, name)


class FeatureDeclaration(FrozenModel):
    """One feature: what it measures and reads, its parameters, the columns that show why it has its value.

    One that `grows` does so as time passes, by one per minute or hour, while nothing happens to the order.
    `unit` is that of its value; a Boolean has none.
    """

    measures: Measures
    inputs: Inputs
    grows: Literal["minutes", "hours"] | None = None
    unit: Unit | None = None
    parameters: dict[str, Literal["minutes", "hours", "days", "count", "rule"]]
    evidence: tuple[str, ...]

    def request(self, name: str, values: Mapping[str, ParameterValue]) -> FeatureRequest:
        """Ask for the feature with its own share of a rule's parameters, in the order declared here.

        Raises KeyError where one is missing.
        """
        return FeatureRequest(name, tuple((parameter, values[parameter]) for parameter in self.parameters))


class _FeaturesFile(FrozenModel):
    units: dict[Unit, Bounds]
    features: dict[str, FeatureDeclaration]


def declared_features() -> Mapping[str, FeatureDeclaration]:
    """Read the declarations, by feature name."""
    return dict(_features_file().features)


def units() -> dict[Unit, Bounds]:
    """Read what figures of every unit may be."""
    return dict(_features_file().units)


@cache
def _features_file() -> _FeaturesFile:
    return read_model(_FILE, _FeaturesFile)
