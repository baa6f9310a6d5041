"""Values over time → places on a canvas, with gaps where there was no value.

What belongs here: the two scales, and cutting a line at its gaps. What does not: marks (canvas.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from orderhealth_pipeline.report.render.canvas import Point


@dataclass(frozen=True)
class Field:
    """The part of a canvas that a line may take, in pixels from the upper left."""

    left: float
    right: float
    top: float
    bottom: float


def curve(
    values: Sequence[tuple[datetime, float | None]], span: tuple[float, float], field: Field
) -> Iterator[Point | None]:
    """Yield the place of each value, none for none: the first instant left, `span` from bottom to top.

    Wall time counts, as the zone of the instants shows it. A single instant stands in the middle.
    """
    if not values:
        return
    hours = [at.replace(tzinfo=None) for at, _ in values]
    first, whole = min(hours), (max(hours) - min(hours)).total_seconds()
    low, high = span
    for at, (_, value) in zip(hours, values, strict=True):
        share = (at - first).total_seconds() / whole if whole else 0.5
        x = field.left + share * (field.right - field.left)
        yield (
            None
            if value is None
            else (x, field.bottom - (value - low) / (high - low) * (field.bottom - field.top))
        )


def unbroken(places: Iterable[Point | None]) -> Iterator[list[Point]]:
    """Yield the pieces of a line between its gaps."""
    for is_gap, piece in groupby(places, key=lambda place: place is None):
        if not is_gap:
            yield [place for place in piece if place is not None]
