"""The charts of the report, gauge, lost points and funnel.

What belongs here: what is drawn where. What does not: marks and colours (canvas.py), the element
around them (svg.py), the trend (trend.py), words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from orderhealth_pipeline.report.model import Contribution, FunnelStep, Health
from orderhealth_pipeline.report.render.canvas import (
    COLOURS,
    LEFT,
    RIGHT,
    Canvas,
    arcs,
    bars,
    canvas,
    uprights,
    words,
)
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.report.words.verdict import Level

_LEVEL_COLOURS: Final[dict[Level, str]] = {
    "healthy": COLOURS["good"],
    "watch": COLOURS["watch"],
    "breach": COLOURS["bad"],
    "unverified": COLOURS["unknown"],
    "empty": COLOURS["unknown"],
}
_GAUGE_WIDTH: Final = 260
_GAUGE_X: Final = 130.0
_GAUGE_Y: Final = 118.0
_GAUGE_LABEL: Final = 119.0
_POINTS_ROW: Final = 40
_FUNNEL_ROW: Final = 43
_NAME_WIDTH: Final = 40


def gauge_chart(health: Health, texts: Texts) -> Canvas:
    """Draw the score on a half circle from 0 to 100, with the alert's two lines as zones around it."""
    shown = health.shown_score
    filled = [] if shown is None else [_arc(0.0, max(shown, 0.5), _LEVEL_COLOURS[health.level])]
    zones = [
        _arc(0.0, health.alert_below, COLOURS["bad"]),
        _arc(health.alert_below, health.recover_at, COLOURS["watch"]),
        _arc(health.recover_at, 100.0, COLOURS["good"]),
    ]
    checked = texts("gauge_checked", confidence=formats.percent(health.confidence))
    below_score = checked if health.is_partial else texts("gauge_scale")
    angle = _angle(health.alert_below)
    line = {
        "x": _GAUGE_X + _GAUGE_LABEL * math.sin(angle),
        "y": _GAUGE_Y - _GAUGE_LABEL * math.cos(angle) + 4,
        "text": formats.number(health.alert_below),
    }
    return canvas(
        arcs([_arc(0.0, 100.0, COLOURS["track"]), *filled], inner=76, outer=98),
        arcs(zones, inner=102, outer=106),
        words([{"x": _GAUGE_X, "y": 106, "text": formats.score(shown)}], size=40, weight=700, align="center"),
        words(
            [{"x": _GAUGE_X, "y": 125, "text": below_score}, line],
            COLOURS["muted"],
            size=13,
            align="center",
        ),
        height=132,
        width=_GAUGE_WIDTH,
    )


def _angle(score: float) -> float:
    return math.pi * (min(max(score, 0.0), 100.0) / 100 - 0.5)


def _arc(start: float, end: float, colour: str) -> dict[str, Any]:
    return {"x": _GAUGE_X, "y": _GAUGE_Y, "start": _angle(start), "end": _angle(end), "colour": colour}


def points_chart(contributions: Sequence[Contribution], *, full: float) -> Canvas:
    """Draw the points each rule, shop, warehouse or carrier costs as bars.

    A bar of `full` points takes the whole width. An upright mark is the previous run's points, where there
    were any.
    """
    rows = [(one, _POINTS_ROW * position) for position, one in enumerate(contributions)]
    scale = (RIGHT - LEFT) / max(full, 0.01)
    lost = [
        {"x": LEFT, "x2": min(LEFT + max(one.points * scale, 1.5), RIGHT), "y": top + 28}
        for one, top in rows
        if one.points > 0
    ]
    before = [
        {"x": min(LEFT + one.previous_points * scale, RIGHT), "y": top + 21, "y2": top + 35}
        for one, top in rows
        if one.previous_points
    ]
    names = [{"x": LEFT, "y": top + 17, "text": formats.shorten(one.label, _NAME_WIDTH)} for one, top in rows]
    figures = [{"x": RIGHT, "y": top + 17, "text": formats.points(one.points)} for one, top in rows]
    return canvas(
        bars([{"x": LEFT, "x2": RIGHT, "y": top + 28} for _, top in rows], COLOURS["track"], width=9),
        bars(lost, COLOURS["bar"], width=9),
        uprights(before, COLOURS["ink"]),
        words(names),
        words(figures, align="right", weight=700),
        height=_POINTS_ROW * len(rows),
    )


def funnel_chart(funnel: Sequence[FunnelStep], texts: Texts) -> Canvas:
    """Draw the orders of every step as bars, with their share of the step before.

    Grey behind a bar are orders that have not come here yet, red those of them that a rule calls overdue;
    the bar itself is grey where the rules that watch the step are unknown.
    """
    rows = [(step, _FUNNEL_ROW * position) for position, step in enumerate(funnel)]
    scale = (RIGHT - LEFT) / max(1, *(step.orders for step in funnel))
    names = [{"x": LEFT, "y": top + 17, "text": _funnel_name(step, texts)} for step, top in rows]
    notes = [
        {"x": RIGHT, "y": top + 17, "text": _funnel_note(step, texts), "colour": _note_colour(step)}
        for step, top in rows
    ]
    steps = list(pairwise(rows))
    waiting = [_level(step.orders, before.orders, top, scale) for (before, _), (step, top) in steps]
    overdue = [
        _level(step.orders, step.orders + _overdue(step, before), top, scale)
        for (before, _), (step, top) in steps
    ]
    reached = [
        {**_level(0, step.orders, top, scale), "colour": COLOURS["unknown" if step.unknown else "bar"]}
        for step, top in rows
    ]
    return canvas(
        bars(waiting, COLOURS["track"], width=10),
        bars(overdue, COLOURS["bad"], width=10),
        bars(reached, COLOURS["bar"], width=10),
        words(names),
        words(notes, align="right", weight=600),
        height=_FUNNEL_ROW * len(rows),
    )


def _level(start: float, end: float, top: int, scale: float) -> dict[str, Any]:
    return {"x": LEFT + start * scale, "x2": LEFT + max(start, end) * scale, "y": top + 30}


def _overdue(step: FunnelStep, before: FunnelStep) -> float:
    """Count the orders drawn in red; a single one stays visible, and none are more than those that wait."""
    waiting = max(before.orders - step.orders, 0)
    if step.system_rules:
        return waiting
    return min(max(step.overdue, before.orders / 100), waiting) if step.overdue else 0


def _note_colour(step: FunnelStep) -> str:
    return COLOURS["bad"] if step.is_breakpoint else COLOURS["muted"]


def _funnel_name(step: FunnelStep, texts: Texts) -> str:
    name = f"{formats.shorten(step.label, 18)} {formats.whole(step.orders)}"
    return name if step.rate is None else texts("funnel_name", name=name, rate=formats.percent(step.rate))


def _funnel_note(step: FunnelStep, texts: Texts) -> str:
    parts = []
    if step.overdue:
        parts.append(texts("funnel_overdue", n=step.overdue))
    elif step.system_rules:
        parts.append(texts("funnel_system"))
    if step.unknown:
        parts.append(texts("funnel_unknown"))
    return " · ".join(parts)
