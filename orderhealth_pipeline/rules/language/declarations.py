"""What a rule's file may refer to: features, columns and feeds, checked while the file is read.

What belongs here: the context of reading, and names that are checked against it. What does not: the shape
of a file (model.py, language/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from orderhealth_pipeline.declared.features import FeatureDeclaration
from orderhealth_pipeline.declared.order_columns import OrderColumn
from orderhealth_pipeline.declared.system_counts import declared_counts
from orderhealth_pipeline.messages import Message

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


@dataclass(frozen=True)
class Declarations:
    """What a rule may refer to: the validation context of a file. A rule that was read before needs none."""

    features: Mapping[str, FeatureDeclaration]
    feeds: frozenset[str]
    columns: Mapping[str, OrderColumn]


def exactly_one(names: Iterable[str], given: Iterable[str]) -> Message:
    """Say that one of some keys is expected, and which are given."""
    if there := ", ".join(given):
        return Message(
            "exactly one of {names} is expected, given: {given}", names=", ".join(names), given=there
        )
    return Message("exactly one of {names} is expected", names=", ".join(names))


def require_known(name: str, known: Iterable[str], kind: str) -> str:
    """Return a name that is known. Raises ValueError naming those there are."""
    if name not in known:
        raise ValueError(
            Message(
                "there is no {kind} '{name}'; there are: {known}",
                kind=Message(kind),
                name=name,
                known=", ".join(sorted(known)),
            )
        )
    return name


def _declared_feature(name: str, info: ValidationInfo) -> str:
    context: Declarations | None = info.context
    return name if context is None else require_known(name, context.features, "feature")


def _declared_feed(name: str, info: ValidationInfo) -> str:
    context: Declarations | None = info.context
    return name if context is None else require_known(name, context.feeds, "feed")


def _declared_column(name: str, info: ValidationInfo) -> str:
    context: Declarations | None = info.context
    return name if context is None else require_known(name, context.columns, "column")


def _declared_count(name: str) -> str:
    return require_known(name, declared_counts(), "count")


CountName = Annotated[Identifier, AfterValidator(_declared_count)]
FeatureName = Annotated[Identifier, AfterValidator(_declared_feature)]
FeedName = Annotated[Identifier, AfterValidator(_declared_feed)]
ColumnName = Annotated[Identifier, AfterValidator(_declared_column)]
