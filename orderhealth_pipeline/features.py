"""The declared features of an order: their names, parameters and evidence columns, read from features.yml.

What belongs here: the declaration that rules refer to and orders/ computes. What does not: computing.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal

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


class FeatureDeclaration(FrozenModel):
    """One feature: what it measures, the parameters it takes, the columns that show why it has its value.

    One that `grows` does so as time passes, by one per minute or hour, while nothing happens to the order.
    `unit` is that of its value; a Boolean has none.
    """

    measures: Measures
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


def declared_features() -> dict[str, FeatureDeclaration]:
    """Read the declarations, by feature name."""
    return dict(_features_file().features)


def units() -> dict[Unit, Bounds]:
    """Read what figures of every unit may be."""
    return dict(_features_file().units)


@cache
def _features_file() -> _FeaturesFile:
    return read_model(_FILE, _FeaturesFile)
