"""The chart of the scores of the last runs.

What belongs here: what is drawn where. What does not: marks and colours (canvas.py), the other charts
(charts.py), words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import altair as alt

from orderhealth_pipeline.report.model import Health, TrendPoint
from orderhealth_pipeline.report.render.canvas import COLOURS, LEFT, RIGHT, Layer, bars, canvas, words
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts

_TREND_TOP: Final = 26.0
_TREND_BOTTOM: Final = 136.0


def trend_chart(trend: Sequence[TrendPoint], health: Health, texts: Texts) -> alt.LayerChart:
    """Draw the scores of the last runs over time, with the alert line; times are those of the report's zone.

    The latest and the lowest score are written out. A hollow point is a run in which a rule was unknown; a
    run without a score is a gap in the line.
    """
    scored = [point for point in trend if point.score is not None]
    lowest = min(scored, key=lambda point: point.score or 0.0, default=None)
    last = scored[-1] if scored else None
    span = _trend_span([health.alert_below, *(point.score or 0.0 for point in scored)])
    alert_share = (health.alert_below - span[0]) / (span[1] - span[0])
    alert_y = _TREND_BOTTOM - alert_share * (_TREND_BOTTOM - _TREND_TOP)
    is_below = bool(scored) and (scored[0].score or 0.0) < health.alert_below
    alert_line = texts("alert_line", value=formats.number(health.alert_below))
    return canvas(
        bars([{"x": LEFT, "x2": RIGHT, "y": alert_y}], COLOURS["bad"], width=1, dash=[4, 4]),
        bars([{"x": LEFT, "x2": RIGHT, "y": 156}], COLOURS["track"], width=1),
        _trend_line([_trend_row(point, last=last, lowest=lowest) for point in trend], span),
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


def _trend_line(rows: list[dict[str, Any]], span: tuple[float, float]) -> Layer:
    time = alt.Scale(type="utc", range=[24, 334], nice=False)
    height = alt.Scale(domain=list(span), range=[_TREND_BOTTOM, _TREND_TOP])
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("at:T", axis=None, scale=time), y=alt.Y("score:Q", axis=None, scale=height)
    )
    line = base.mark_line(color=COLOURS["bar"], strokeWidth=2.5, invalid="break-paths-show-path-domains")
    points = base.mark_point(filled=False, opacity=1, strokeWidth=2, invalid="filter").encode(
        fill=alt.Fill("fill:N", scale=None),
        stroke=alt.value(COLOURS["bar"]),
        size=alt.Size("size:Q", scale=None),
    )
    # The last score stands above its point and the lowest below: they may be neighbours.
    numbers = [*_trend_numbers(base, "above", -11), *_trend_numbers(base, "below", 20)]
    return alt.layer(line, points, *numbers)


def _trend_numbers(base: alt.Chart, column: str, distance: float) -> list[alt.Chart]:
    labels = base.transform_filter(f"datum.{column} !== ''").encode(text=f"{column}:N")
    look: dict[str, Any] = {"dy": distance, "fontSize": 14, "fontWeight": 700}
    halo: alt.Chart = labels.mark_text(stroke=COLOURS["surface"], strokeWidth=4, **look)
    number: alt.Chart = labels.mark_text(fill=COLOURS["ink"], **look)
    return [halo, number]


def _trend_row(point: TrendPoint, *, last: TrendPoint | None, lowest: TrendPoint | None) -> dict[str, Any]:
    above = point is last
    below = point is lowest and not above
    return {
        # Wall time written as UTC: the drawing then reads as the report's zone does, wherever it is made.
        "at": point.as_of.replace(tzinfo=None).isoformat() + "Z",
        "score": point.score,
        "fill": COLOURS["surface"] if point.confidence < 1 else COLOURS["bar"],
        "size": 70 if above or below else 30,
        "above": formats.score(point.score) if above else "",
        "below": formats.score(point.score) if below else "",
    }
