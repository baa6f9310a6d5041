"""What a comparison looks at: a declared feature, or one of the five shapes that need no code.

What belongs here: the shapes, and the request for the column that holds their value. What does not: computing
the value (orders/) and comparing it (holds.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from orderhealth_pipeline.declared.order_columns import ColumnKind, milestone_columns
from orderhealth_pipeline.declared.shape_features import SHAPES
from orderhealth_pipeline.frames import FeatureRequest, ParameterValue
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.language.declarations import ColumnName, FeatureName, exactly_one
from orderhealth_pipeline.words import Duration, Milestone
from orderhealth_pipeline.yaml_files import FrozenModel

Kind = Literal["number", "text", "boolean", "instant"]
CountOf = Literal["orders", "unpaid", "cancelled", "returned", "buyers", "addresses"]
Key = Literal["buyer_id", "address_key", "phone", "receiver"]

KIND_OF: Final[Mapping[ColumnKind, Kind]] = {
    "identifier": "text",
    "text": "text",
    "instant": "instant",
    "promise": "instant",
    "amount": "number",
    "flag": "boolean",
    "count": "number",
}
"""How the columns of an order's fact are compared."""


class Waiting(FrozenModel):
    """Minutes from `since` until `as_of` while `for` has not happened; missing once it has."""

    since: Milestone
    for_: Annotated[Milestone, Field(alias="for")]

    @model_validator(mode="after")
    def _differs(self) -> Self:
        if self.since == self.for_:
            raise ValueError(
                Message("an order cannot wait since and for the same milestone, '{since}'", since=self.since)
            )
        return self

    @property
    def parameters(self) -> tuple[tuple[str, ParameterValue], ...]:
        """The parameters of its request."""
        columns = milestone_columns()
        return (("since", columns[self.since]), ("for", columns[self.for_]))


class Took(FrozenModel):
    """Minutes from one milestone to another when both have happened."""

    from_: Annotated[Milestone, Field(alias="from")]
    to: Milestone

    @model_validator(mode="after")
    def _differs(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(Message("from and to are the same milestone, '{to}'", to=self.to))
        return self

    @property
    def parameters(self) -> tuple[tuple[str, ParameterValue], ...]:
        """The parameters of its request."""
        columns = milestone_columns()
        return (("from", columns[self.from_]), ("to", columns[self.to]))


class Same(FrozenModel):
    """A count or a sum over orders with the same key that were placed within a span up to `as_of`."""

    key: Key
    within: Duration
    count: CountOf | None = None
    sum: Literal["amount"] | None = None

    @model_validator(mode="after")
    def _has_one_measure(self) -> Self:
        if (self.count is None) == (self.sum is None):
            raise ValueError("exactly one of count and sum is expected")
        if (self.count, self.key) in {("buyers", "buyer_id"), ("addresses", "address_key")}:
            raise ValueError(
                Message("orders of the same {key} have one of these: count something else", key=self.key)
            )
        return self

    @property
    def parameters(self) -> tuple[tuple[str, ParameterValue], ...]:
        """The parameters of its request; the span in minutes."""
        measure = ("count", self.count) if self.count is not None else ("sum", "amount")
        return (("key", self.key), ("within_minutes", self.within // timedelta(minutes=1)), measure)


class Look(FrozenModel):
    """What is looked at: exactly one of a feature and the five shapes.

    `with` gives a feature parameters of its own, where the rule's are not meant.
    """

    feature: FeatureName | None = None
    column: ColumnName | None = None
    waiting: Waiting | None = None
    took: Took | None = None
    same: Same | None = None
    nth_order_of: Literal["buyer_id"] | None = None
    with_: dict[str, ParameterValue] = Field(alias="with", default_factory=dict)

    @model_validator(mode="after")
    def _looks_at_one_thing(self) -> Self:
        given = [name for name in ("feature", *SHAPES) if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(exactly_one(("feature", *SHAPES), given))
        if self.with_ and self.feature is None:
            raise ValueError("'with' gives parameters to a feature: a shape has none")
        return self

    @property
    def shape(self) -> str | None:
        """The shape, or None where a feature is looked at."""
        return next((name for name in SHAPES if getattr(self, name) is not None), None)

    @property
    def name(self) -> str:
        """What its figure is called where the comparison has no name of its own."""
        return self.feature or self.column or str(self.shape)

    def shape_request(self) -> FeatureRequest:
        """Ask for the column of its shape."""
        value: Any = getattr(self, str(self.shape))
        if self.shape == "column":
            return FeatureRequest("column", (("name", value),))
        if self.shape == "nth_order_of":
            return FeatureRequest("nth_order_of", (("key", value),))
        return FeatureRequest(str(self.shape), value.parameters)
