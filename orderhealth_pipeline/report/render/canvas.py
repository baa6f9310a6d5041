"""The canvas that every chart of the report is drawn on: its size and colours, and the marks it is made of.

What belongs here: Altair layers placed by hand in pixels, so that no chart depends on the fonts of the
machine that draws it; texts take the font of the page. What does not: what a chart shows (charts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import altair as alt

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

Layer = alt.Chart | alt.LayerChart | alt.FacetChart

Places = Sequence[dict[str, Any]]
"""What to draw: a dictionary a mark, with `x` and `y` in pixels from the upper left."""


def bars(places: Places, colour: str, *, width: float, dash: Sequence[int] = ()) -> alt.Chart:
    """Draw level bars from `x` to `x2`; a row's own `colour` goes before the common one."""
    stroke_dash = list(dash) if dash else alt.Undefined
    rows = [{"colour": colour, **place} for place in places]
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_rule(strokeWidth=width, strokeDash=stroke_dash)
        .encode(x=_pixels("x"), x2="x2:Q", y=_pixels("y"), stroke=alt.Stroke("colour:N", scale=None))
    )
    return drawn


def uprights(places: Places, colour: str) -> alt.Chart:
    """Draw thin upright marks from `y` to `y2`."""
    mark = alt.Chart(alt.InlineData(values=list(places))).mark_rule(strokeWidth=2, stroke=colour)
    drawn: alt.Chart = mark.encode(x=_pixels("x"), y=_pixels("y"), y2="y2:Q")
    return drawn


def arcs(places: Places, *, inner: float, outer: float) -> alt.Chart:
    """Draw parts of a ring around `x`, `y` from `start` to `end` (radians, 0 is up), each in its `colour`."""
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=list(places)))
        .mark_arc(innerRadius=inner, outerRadius=outer)
        .encode(
            x=_pixels("x"),
            y=_pixels("y"),
            theta=alt.Theta("start:Q", scale=None),
            theta2="end:Q",
            fill=alt.Fill("colour:N", scale=None),
        )
    )
    return drawn


def words(
    places: Places,
    colour: str = COLOURS["ink"],
    *,
    size: int = 14,
    weight: Literal[400, 600, 700] = 400,
    align: Literal["left", "center", "right"] = "left",
) -> alt.Chart:
    """Write each row's `text` on the base line `y`; a row's own `colour` goes before the common one."""
    rows = [{"colour": colour, **place} for place in places]
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_text(align=align, baseline="alphabetic", fontSize=size, fontWeight=weight)
        .encode(x=_pixels("x"), y=_pixels("y"), text="text:N", fill=alt.Fill("colour:N", scale=None))
    )
    return drawn


def canvas(*layers: Layer, height: float, width: float = WIDTH) -> alt.LayerChart:
    """Lay the layers over each other, the first at the bottom, on a transparent ground."""
    drawn: alt.LayerChart = (
        alt.layer(*layers)
        .resolve_scale(x="independent", y="independent")
        .properties(
            width=width,
            height=height,
            padding=0,
            background="transparent",
            autosize=alt.AutoSizeParams(type="none"),
        )
        .configure(aria=False, view=alt.ViewConfig(stroke=None))
    )
    return drawn


def _pixels(field: str) -> Any:
    channel = alt.X if field == "x" else alt.Y
    return channel(f"{field}:Q", axis=None, scale=None)
