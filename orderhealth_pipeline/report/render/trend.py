"""The chart of the scores of the last runs.

What belongs here: what is drawn where. What does not: marks and colours (canvas.py), the other charts
(charts.py), words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from orderhealth_pipeline.report.model import Health, TrendPoint
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
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts

_TREND_TOP: Final = 26.0
_TREND_BOTTOM: Final = 136.0
_FIELD: Final = Field(left=24, right=334, top=_TREND_TOP, bottom=_TREND_BOTTOM)


def trend_chart(trend: Sequence[TrendPoint], health: Health, texts: Texts) -> Canvas:
    """Draw the scores of the last runs over time, with the alert line; times are those of the report's zone.

    The latest and the lowest score are written out. A hollow point is a run in which a rule was unknown; a
    run without a score is a gap in the line.
    """
    scored = [point for point in trend if point.score is not None]
    lowest = min(scored, key=lambda point: point.score or 0.0, default=None)
    span = _trend_span([health.alert_below, *(point.score or 0.0 for point in scored)])
    alert_share = (health.alert_below - span[0]) / (span[1] - span[0])
    alert_y = _TREND_BOTTOM - alert_share * (_TREND_BOTTOM - _TREND_TOP)
    is_below = bool(scored) and (scored[0].score or 0.0) < health.alert_below
    alert_line = texts("alert_line", value=formats.number(health.alert_below))
    return canvas(
        bars([{"x": LEFT, "x2": RIGHT, "y": alert_y}], COLOURS["bad"], width=1, dash=[4, 4]),
        bars([{"x": LEFT, "x2": RIGHT, "y": 156}], COLOURS["track"], width=1),
        _trend_line(trend, span, lowest),
        words(
            [{"x": LEFT, "y": alert_y + (-6 if is_below else 16), "text": alert_line}],
            COLOURS["bad"],
            size=13,
        ),
        words(
            [{"x": LEFT, "y": 174, "text": formats.short_minute(trend[0].as_of)}], COLOURS["muted"], size=13
        ),
        words(
            [{"x": RIGHT, "y": 174, "text": formats.short_minute(trend[-1].as_of)}],
            COLOURS["muted"],
            size=13,
            align="right",
        ),
        height=182,
    )


def _trend_span(scores: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the score's axis: multiples of 5 that leave some room around the line."""
    return max(0.0, math.floor((min(scores) - 4) / 5) * 5), min(100.0, math.ceil((max(scores) + 4) / 5) * 5)


def _trend_line(trend: Sequence[TrendPoint], span: tuple[float, float], lowest: TrendPoint | None) -> Markup:
    places = list(
        zip(trend, curve([(point.as_of, point.score) for point in trend], span, _FIELD), strict=True)
    )
    scored = [(point, place) for point, place in places if place is not None]
    last = scored[-1][0] if scored else None
    points = [
        {
            "x": x,
            "y": y,
            "radius": 4.2 if point is last or point is lowest else 2.7,
            "fill": COLOURS["surface"] if point.confidence < 1 else COLOURS["bar"],
        }
        for point, (x, y) in scored
    ]
    # The last score stands above its point and the lowest below: they may be neighbours.
    numbers = [
        {"x": x, "y": y + (-11 if point is last else 20), "text": formats.score(point.score)}
        for point, (x, y) in scored
        if point is last or point is lowest
    ]
    return Markup("").join(
        (
            line(unbroken(place for _, place in places), COLOURS["bar"], width=2.5),
            dots(points, COLOURS["bar"], rim=2),
            words(numbers, weight=700, align="center", halo=True),
        )
    )
