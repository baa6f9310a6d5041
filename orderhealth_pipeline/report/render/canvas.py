"""The canvas that every chart of the report is drawn on: its size and colours, and the marks it is made of.

What belongs here: SVG marks placed by hand in pixels from the upper left, so that no chart depends on the
fonts of the machine that draws it; texts take the font of the page. What does not: what a chart shows
(charts.py), and the element around the marks (svg.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from markupsafe import Markup

WIDTH: Final = 360
"""As wide as a phone; the page scales it."""

LEFT: Final = 4
RIGHT: Final = WIDTH - 4

COLOURS: Final = {
    "ink": "#17212b",
    "muted": "#5a6876",
    "track": "#e3e8ed",
    "surface": "#ffffff",
    "bar": "#41719c",
    "good": "#1d8458",
    "watch": "#b26a00",
    "bad": "#c22f2f",
    "unknown": "#8794a2",
}
"""Each stands for one meaning; the style sheet repaints them by these very values in the dark."""

Places = Sequence[dict[str, Any]]
"""What to draw: a dictionary a mark, with `x` and `y` in pixels from the upper left."""

Point = tuple[float, float]

_ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}


@dataclass(frozen=True)
class Canvas:
    """A drawing of a size in pixels."""

    width: float
    height: float
    marks: Markup


def canvas(*layers: Markup, height: float, width: float = WIDTH) -> Canvas:
    """Lay the layers over each other, the first at the bottom, on a transparent ground."""
    return Canvas(width, height, Markup("").join(layers))


def bars(places: Places, colour: str, *, width: float, dash: Sequence[int] = ()) -> Markup:
    """Draw level bars from `x` to `x2`; a row's own `colour` goes before the common one."""
    return Markup("").join(
        _stroke(
            (place["x"], place["y"]),
            (place["x2"], place["y"]),
            place.get("colour", colour),
            width,
            dash,
        )
        for place in places
    )


def uprights(places: Places, colour: str) -> Markup:
    """Draw thin upright marks from `y` to `y2`."""
    return Markup("").join(
        _stroke((place["x"], place["y"]), (place["x"], place["y2"]), colour, 2) for place in places
    )


def arcs(places: Places, *, inner: float, outer: float) -> Markup:
    """Draw parts of a ring around `x`, `y` from `start` to `end` (radians, 0 is up), each in its `colour`."""
    return Markup("").join(
        Markup('<path fill="{}" d="{}"/>').format(place["colour"], _ring(place, inner, outer))
        for place in places
    )


def line(pieces: Iterable[Sequence[Point]], colour: str, *, width: float, dash: Sequence[int] = ()) -> Markup:
    """Draw a line that is interrupted between its pieces."""
    way = "".join("M" + "L".join(f"{px(x)},{px(y)}" for x, y in piece) for piece in pieces if piece)
    drawn = Markup('<path fill="none" stroke="{}" stroke-width="{}"{} d="{}"/>')
    return drawn.format(colour, px(width), _dashes(dash), way) if way else Markup("")


def dots(places: Places, colour: str, *, rim: float = 0) -> Markup:
    """Draw discs of `radius` with a rim of the colour, filled with a row's own `fill`, else the colour."""
    disc = Markup('<circle cx="{}" cy="{}" r="{}" fill="{}"{}/>')
    edge = Markup(' stroke="{}" stroke-width="{}"').format(colour, px(rim)) if rim else ""
    return Markup("").join(
        disc.format(px(place["x"]), px(place["y"]), px(place["radius"]), place.get("fill", colour), edge)
        for place in places
    )


def words(
    places: Places,
    colour: str = COLOURS["ink"],
    *,
    size: int = 14,
    weight: Literal[400, 600, 700] = 400,
    align: Literal["left", "center", "right"] = "left",
    halo: bool = False,
) -> Markup:
    """Write each row's `text` on the base line `y`; a row's own `colour` goes before the common one.

    A halo keeps it readable where it lies on a line.
    """
    text = Markup(
        '<text x="{}" y="{}" text-anchor="{}" font-size="{}" font-weight="{}" fill="{}"{}>{}</text>'
    )
    rim = Markup(' stroke="{}" stroke-width="4"').format(COLOURS["surface"])
    return Markup("").join(
        text.format(
            px(place["x"]),
            px(place["y"]),
            _ANCHORS[align],
            size,
            weight,
            place.get("colour", colour),
            around,
            place["text"],
        )
        for around in ([rim, ""] if halo else [""])
        for place in places
    )


def px(length: float) -> str:
    """Write a length with at most two decimals."""
    return f"{round(length, 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # adding zero makes -0.0 one without sign


def _stroke(start: Point, end: Point, colour: str, width: float, dash: Sequence[int] = ()) -> Markup:
    drawn = Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"{}/>')
    ends = (px(length) for length in (*start, *end))
    return drawn.format(*ends, colour, px(width), _dashes(dash))


def _dashes(dash: Sequence[int]) -> Markup | str:
    return Markup(' stroke-dasharray="{}"').format(" ".join(map(str, dash))) if dash else ""


def _ring(place: dict[str, Any], inner: float, outer: float) -> str:
    start, end = place["start"], place["end"]
    is_large = int(end - start > math.pi)

    def at(radius: float, angle: float) -> str:
        return f"{px(place['x'] + radius * math.sin(angle))},{px(place['y'] - radius * math.cos(angle))}"

    return (
        f"M{at(outer, start)}A{px(outer)},{px(outer)},0,{is_large},1,{at(outer, end)}"
        f"L{at(inner, end)}A{px(inner)},{px(inner)},0,{is_large},0,{at(inner, start)}Z"
    )
