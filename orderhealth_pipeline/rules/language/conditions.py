"""When a rule hits, and what explains it: conditions over orders, and over the system as a whole.

What belongs here: their shape in a rule's file. What does not: the conditions over one order (language/).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Self

from pydantic import Field, model_validator

from orderhealth_pipeline.frames import ParameterValue
from orderhealth_pipeline.rules.language.condition import Comparison, Condition, Group
from orderhealth_pipeline.rules.language.declarations import CountName, FeatureName, FeedName, Identifier
from orderhealth_pipeline.rules.language.numbers import Count, Number
from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import FrozenModel


class SystemShare(FrozenModel):
    """The system is hit when the feature is true for a share below `share_below` of the orders concerned.

    The feature is a Boolean; an order without it is not concerned. Fewer than `orders_at_least` orders
    concerned say nothing.
    """

    feature: FeatureName
    share_below: Annotated[Number, Field(gt=0, le=1)]
    orders_at_least: Count

    @property
    def figures(self) -> dict[str, ParameterValue]:
        """Its figures, as the placeholders of a rule's texts name them."""
        return {"threshold": self.share_below, "orders_at_least": self.orders_at_least}


class SystemCount(FrozenModel):
    """The system is hit when at least so many of something outside single orders were counted."""

    count: CountName
    at_least: Count

    @property
    def figures(self) -> dict[str, ParameterValue]:
        """Its figures, as the placeholders of a rule's texts name them."""
        return {"threshold": self.at_least}


SystemCondition = SystemShare | SystemCount
"""What a rule about the system as a whole compares; `isinstance` takes it."""

AnyCondition = Comparison | Group | SystemCondition


def kind_of_system(keys: Collection[str]) -> type[SystemShare | SystemCount] | None:
    """Tell by its keys which condition about the system is meant; None for one about orders."""
    if "count" in keys:
        return SystemCount
    return SystemShare if {"share_below", "orders_at_least"} & set(keys) else None


class Explanation(FrozenModel):
    """A benign reason.

    A finding is explained by it when the rule's only comparison no longer holds on `feature`, the same
    measure with the innocent part left out, or when the condition `when` holds. With neither, the rule's
    definition leaves it out already.
    """

    id: Identifier
    title: Text
    needs: tuple[FeedName, ...] = ()
    feature: FeatureName | None = None
    when: Condition | None = None

    @model_validator(mode="after")
    def _explains_in_one_way(self) -> Self:
        if self.feature is not None and self.when is not None:
            raise ValueError("only one of feature and when is expected")
        return self
