"""The declared features of an order: their inputs, parameters and evidence columns, read from features.yml.

What belongs here: the declaration that rules refer to and orders/ computes. What does not: computing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from orderhealth_pipeline.frames import FeatureRequest, FeedColumns, ParameterValue
from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("features.yml")


OrderKey = Literal["buyer", "address", "phone", "receiver"]
"""What orders may have in common."""

ParameterUnit = Literal["minutes", "hours", "days", "count", "share", "ratio", "rule", "word", "words"]
"""Units of parameters: the id of a rule, a word, or a list of words, are no numbers."""

_SECONDS: Final[Mapping[str, int]] = {"minutes": 60, "hours": 3600, "days": 86400}

Unit = Literal["minutes", "hours", "days", "count", "share", "ratio", "money"]


class Bounds(FrozenModel):
    """What a figure of one unit may be, both ends included; beyond lies what nobody can mean."""

    at_least: Decimal
    at_most: Decimal
    is_whole: bool = False


OrderInput = Literal["buyer", "address", "phone", "receiver", "readable_address", "lines", "payment_instant"]
"""What must be known of an order itself (see orders/known_inputs.py)."""


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


class Movers(FrozenModel):
    """What changes a feature's value besides the order's own records; nothing else does.

    `near`: orders with the same key, no further apart than the longest of some parameters. `lately`: orders
    with the same key that were placed within a parameter's window up to `as_of`. `returned`: returns of such
    orders asked for within a window. `all_of`: all orders with the same key. `prices`: what everybody paid
    within a window. `stock`: what warehouses have of a SKU, and the orders that want it. `profile`: what is
    known of its buyer as a whole. `shipments`: what
    lies in its shipments, and orders that share one with it, be it by way of others. `time`: it grows by one
    per minute or hour while nothing happens to the order; `share_of`: by one within the minutes that a piece
    of its evidence tells.
    """

    near: dict[OrderKey, tuple[str, ...]] = Field(default_factory=dict)
    lately: dict[OrderKey, str] = Field(default_factory=dict)
    returned: dict[OrderKey, str] = Field(default_factory=dict)
    all_of: tuple[OrderKey, ...] = ()
    prices: str | None = None
    stock: bool = False
    profile: bool = False
    shipments: bool = False
    time: Literal["minutes", "hours"] | None = None
    share_of: str | None = None

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters that say how far it looks."""
        spans = (name for names in self.near.values() for name in names)
        prices = () if self.prices is None else (self.prices,)
        return frozenset((*spans, *self.lately.values(), *self.returned.values(), *prices))

    @property
    def grows(self) -> bool:
        """Say whether it grows while nothing happens to the order."""
        return self.time is not None or self.share_of is not None

    @property
    def looks_at_others(self) -> bool:
        """Say whether other orders change it."""
        return bool(self.near or self.lately or self.returned or self.all_of or self.shipments)


class FeatureDeclaration(FrozenModel):
    """One feature: what it measures and reads, its parameters, the columns that show why it has its value.

    `reads` names the feeds of whose records it looks at more than the milestones tell. `moves_with` is what
    changes it, and may not be left out: a feature that says nothing of it would be wrong in every run after
    the first. `unit` is that of its value; a Boolean has none. `begins_at` is the piece of evidence that says
    since when the trouble lasts.
    """

    measures: Text
    inputs: Inputs
    moves_with: Movers
    reads: tuple[str, ...] = ()
    unit: Unit | None = None
    parameters: dict[str, ParameterUnit]
    evidence: tuple[str, ...]
    begins_at: str | None = None

    @model_validator(mode="after")
    def _moves_with_its_parameters(self) -> Self:
        for name in sorted(self.moves_with.parameters):
            if self.parameters.get(name) not in _SECONDS:
                raise ValueError(f"moves_with names '{name}', which is no parameter that is a span of time")
        share_of = self.moves_with.share_of
        if share_of is not None and share_of not in self.evidence:
            raise ValueError(f"moves_with names '{share_of}', which is no evidence")
        if self.begins_at is not None and self.begins_at not in self.evidence:
            raise ValueError(f"begins_at names '{self.begins_at}', which is no evidence")
        return self

    def reach(self, request: FeatureRequest, names: Iterable[str]) -> timedelta:
        """Return the longest of some parameters of a request as a span of time."""
        given = dict(request.parameters)
        seconds = [Decimal(str(given[name])) * _SECONDS[self.parameters[name]] for name in names]
        return timedelta(seconds=float(max(seconds)))

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
    return _features_file().features


def units() -> dict[Unit, Bounds]:
    """Read what figures of every unit may be."""
    return dict(_features_file().units)


@cache
def _features_file() -> _FeaturesFile:
    return read_model(_FILE, _FeaturesFile)
