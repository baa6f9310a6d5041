"""The drawings of a back-test: the scores of both sets of rules, and how many findings a rule had.

What belongs here: what is drawn where. What does not: words (model.py), and the page (page.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from orderhealth_pipeline.report.render.canvas import (
    COLOURS,
    LEFT,
    RIGHT,
    Canvas,
    bars,
    canvas,
    dots,
    line,
    words,
)
from orderhealth_pipeline.report.render.curve import Field, curve, unbroken
from orderhealth_pipeline.report.replay.model import SIDES, ReplayedRule, ReplayReport, Side
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts

SIDE_COLOURS: Final[dict[Side, str]] = {"now": COLOURS["bar"], "then": COLOURS["watch"]}

_TOP: Final = 22.0
_BOTTOM: Final = 142.0
_FIELD: Final = Field(left=LEFT + 4, right=RIGHT - 4, top=_TOP, bottom=_BOTTOM)
_SPARK_WIDTH: Final = 120.0
_SPARK_HEIGHT: Final = 26.0
_MOST_POINTS: Final = 240
"""More would lie on one another."""


def scores_chart(report: ReplayReport, texts: Texts) -> Canvas:
    """Draw the scores of both sets over time, with the line below which an alert opens."""
    every = [score for side in SIDES for score in report.sides[side].scores if score is not None]
    alert_below = report.score_lines[0]
    low = max(0.0, math.floor((min([alert_below, *every]) - 4) / 5) * 5)
    high = min(100.0, math.ceil((max([alert_below, *every]) + 4) / 5) * 5)
    alert_y = _BOTTOM - (alert_below - low) / (high - low) * (_BOTTOM - _TOP)
    ends = [(LEFT, "left", report.instants[0]), (RIGHT, "right", report.instants[-1])]
    return canvas(
        bars([{"x": LEFT, "x2": RIGHT, "y": alert_y}], COLOURS["bad"], width=1, dash=[4, 4]),
        bars([{"x": LEFT, "x2": RIGHT, "y": 160}], COLOURS["track"], width=1),
        *(_line(report, side, (low, high)) for side in reversed(SIDES)),
        words(
            [{"x": LEFT, "y": alert_y - 5, "text": texts("alert_line", value=formats.number(alert_below))}],
            COLOURS["bad"],
            size=12,
        ),
        *(_end(x, align, at) for x, align, at in ends),
        height=184,
    )


def _end(x: int, align: Any, at: datetime) -> Markup:
    row = {"x": x, "y": 177, "text": formats.short_minute(at)}
    return words([row], COLOURS["muted"], size=13, align=align)


def _line(report: ReplayReport, side: Side, span: tuple[float, float]) -> Markup:
    points = _some_of(list(zip(report.instants, report.sides[side].scores, strict=True)))
    places = list(curve(points, span, _FIELD))
    dash = [6, 4] if side == "then" else []
    drawn = [{"x": place[0], "y": place[1], "radius": 1.9} for place in places if place is not None]
    colour = SIDE_COLOURS[side]
    return line(unbroken(places), colour, width=2.5, dash=dash) + dots(drawn, colour)


def _some_of(points: Sequence[Any]) -> Sequence[Any]:
    step = math.ceil(len(points) / _MOST_POINTS)
    return points if step <= 1 else [*points[:-1:step], points[-1]]


def spark(rule: ReplayedRule, description: str) -> Markup:
    """Draw how many open findings a rule had over time, under both sets of rules."""
    most = max(max(counts, default=0) for counts in rule.open.values()) or 1
    lines = Markup("").join(
        Markup('<polyline fill="none" stroke="{colour}" stroke-width="1.6"{dash} points="{points}"/>').format(
            colour=SIDE_COLOURS[side],
            dash=Markup(' stroke-dasharray="4 3"') if side == "then" else "",
            points=" ".join(_points(_some_of(rule.open[side]), most)),
        )
        for side in SIDES
    )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart spark" viewBox="0 0 {w:g} {h:g}" role="img"'
        ' aria-label="{description}">{lines}</svg>'
    ).format(w=_SPARK_WIDTH, h=_SPARK_HEIGHT, description=description, lines=lines)


def _points(counts: Sequence[int], most: int) -> Iterator[str]:
    step = (_SPARK_WIDTH - 4) / max(len(counts) - 1, 1)
    for number, count in enumerate(counts):
        yield f"{2 + number * step:.1f},{_SPARK_HEIGHT - 2 - count / most * (_SPARK_HEIGHT - 4):.1f}"
    if len(counts) == 1:
        yield f"{_SPARK_WIDTH - 2:.1f},{_SPARK_HEIGHT - 2 - counts[0] / most * (_SPARK_HEIGHT - 4):.1f}"
