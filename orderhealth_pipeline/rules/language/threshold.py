"""The figure that a comparison compares with: one number, or one that differs by place.

What belongs here: reading it, and which of its values counts for an order. What does not: comparing.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Self

from pydantic import field_validator, model_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.language.numbers import Number
from orderhealth_pipeline.words import PLACES, Place
from orderhealth_pipeline.yaml_files import FrozenModel


class Threshold(FrozenModel):
    """A number for every order, and others for orders of some shops, warehouses, carriers or provinces.

    Where an order is of several of these places, the place that stands first in the file counts.
    """

    default: Number
    places: tuple[tuple[Place, str, Number], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, Threshold) or (isinstance(value, dict) and "places" in value):
            return value
        if not isinstance(value, dict):
            return {"default": value}
        unknown = sorted(set(value) - {"default", *PLACES})
        if unknown:
            raise ValueError(
                Message(
                    "unknown place '{unknown}'; there are: default, {places}",
                    unknown=unknown[0],
                    places=", ".join(PLACES),
                )
            )
        if "default" not in value:
            raise ValueError("'default' is missing: the figure for all other orders")
        places = [
            (place, str(name), number)
            for place, numbers in value.items()
            if place != "default"
            for name, number in _numbers_of(place, numbers).items()
        ]
        return {"default": value["default"], "places": places}

    @field_validator("places")
    @classmethod
    def _names_each_once(cls, places: tuple[tuple[Place, str, Number], ...]) -> Any:
        named = [(place, name) for place, name, _ in places]
        if len(set(named)) < len(named):
            raise ValueError("a place stands here twice")
        return places

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """Every number it may be, the default first."""
        return (self.default, *(number for _, _, number in self.places))

    @property
    def columns(self) -> tuple[Place, ...]:
        """The columns that tell an order's place, each once."""
        return tuple(dict.fromkeys(place for place, _, _ in self.places))

    def by_place(self) -> Iterator[tuple[Place, str, Decimal]]:
        """Return the numbers of the places, in the order of the file."""
        yield from self.places

    def with_default(self, number: Decimal) -> Self:
        """Return it with another default; the places keep their own."""
        return self.model_copy(update={"default": number})

    def written(self) -> Any:
        """Return it as a file says it."""
        if not self.places:
            return self.default
        by_place: dict[str, Any] = {"default": self.default}
        for place, name, number in self.places:
            by_place.setdefault(place, {})[name] = number
        return by_place


def _numbers_of(place: str, numbers: Any) -> dict[Any, Any]:
    if not isinstance(numbers, dict) or not numbers:
        raise ValueError(
            Message("'{place}' names each {place} with its figure, such as {{GZ: 720}}", place=place)
        )
    return numbers
