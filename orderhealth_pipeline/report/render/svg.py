"""Altair charts → inline SVG that stands beside others in one page without scripts.

What belongs here: rendering, and making the drawing scale, speak to screen readers and carry ids of its
own. What does not: what is drawn (charts.py).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import altair as alt
import vl_convert
from markupsafe import Markup

_VIEW_BOX: Final = re.compile(r"\bviewBox=\"([^\"]+)\"")
_ROLES: Final = re.compile(r" (?:role|aria-[a-z]+)=\"[^\"]*\"")
_GROUP_CLASSES: Final = re.compile(r" class=\"(?:mark-|background|foreground)[^\"]*\"")
_INVISIBLE: Final = re.compile(r"<path(?: [a-z-]+=\"[^\"]*\")*? d=\"\"(?: [a-z-]+=\"[^\"]*\")*/>")
_FONTS: Final = re.compile(r" font-family=\"[^\"]*\"")
_LENGTHS: Final = re.compile(r"\b(?:transform|d|x2|y2)=\"[^\"]*\"")
_LONG_FRACTION: Final = re.compile(r"-?\d+\.\d{3,}(?:e-\d+)?")
_IDS: Final = re.compile(r"(\bid=\"|url\(#|href=\"#)([A-Za-z0-9_-]+)")


def inline_svg(chart: alt.LayerChart, *, name: str, title: str, description: str) -> Markup:
    """Draw a chart as an SVG element as wide as its container.

    `name` is unique in the page: it starts every id of the drawing. Title and description are for screen
    readers.
    """
    drawing = _drawn(chart.to_json(indent=None))
    opening, _, inside = drawing.partition(">")
    (box,) = _VIEW_BOX.findall(opening)
    # Vega describes every group and mark for readers of its own; one title and description say it better.
    for clutter in (_ROLES, _GROUP_CLASSES, _INVISIBLE, _FONTS):
        inside = clutter.sub("", inside)
    inside = _LENGTHS.sub(_rounded, inside)
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="{box}" role="img"'
        ' aria-labelledby="{name}-title {name}-desc">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{description}</desc>'
    ).format(box=box, name=name, title=title, description=description)
    return head + Markup(_IDS.sub(rf"\g<1>{name}-\g<2>", inside))  # noqa: S704 - Vega escapes the texts


@lru_cache(maxsize=64)
def _drawn(specification: str) -> str:
    """Draw a chart; one that says the same as before is not drawn again, which takes a tenth of a second."""
    drawing: str = vl_convert.vegalite_to_svg(specification)
    return drawing


def _rounded(lengths: re.Match[str]) -> str:
    return _LONG_FRACTION.sub(lambda number: f"{float(number[0]):.2f}", lengths[0])
