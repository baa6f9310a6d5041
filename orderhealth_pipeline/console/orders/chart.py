"""An order's life as a drawing: a lane per system on one time axis, and a bar per finding.

What belongs here: where things are drawn. What does not: their colours, which are classes of console.css.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from orderhealth_pipeline.console.orders.around import Bar
from orderhealth_pipeline.console.orders.life import Event
from orderhealth_pipeline.report.words import formats

_LANE: Final = 30
_BAR_LANE: Final = 40
_NAMES: Final = 74
_EDGE: Final = 8
_AXIS: Final = 26
_LETTER: Final = 7.2
_SVG: Final = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" class="life life-{size}" viewBox="0 0 {width} {height}"'
    ' role="img" aria-labelledby="life-{size}-title"'
    '><title id="life-{size}-title">{title}</title>{inside}</svg>'
)
_TEXT: Final = Markup('<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{text}</text>')
_LINE: Final = Markup('<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}" class="{kind}"/>')
_DOT: Final = Markup(
    '<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="dot {kind}"><title>{text}</title></circle>'
)
_BAR: Final = Markup(
    '<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="9" rx="3" class="bar {kind}">'
    "<title>{text}</title></rect>"
)


def life_chart(
    events: Sequence[Event],
    bars: Sequence[Bar],
    names: dict[str, str],
    as_of: datetime,
    *,
    size: str,
    title: str,
) -> Markup:
    """Draw the life until `as_of`, `size` being `phone` or `desk`; `names` are the lanes in their order."""
    width = 360 if size == "phone" else 900
    begin = min([event.at for event in events] + [bar.begin for bar in bars] + [as_of])
    span = max((as_of - begin) / timedelta(seconds=1), 60.0)
    left, right = _NAMES, width - _EDGE

    def x(instant: datetime) -> float:
        share = (instant - begin) / timedelta(seconds=span)
        return left + min(max(share, 0.0), 1.0) * (right - left)

    lanes = [system for system in names if any(event.system == system for event in events)]
    parts: list[Markup] = []
    for number, system in enumerate(lanes):
        y = _LANE * number + _LANE / 2 + 2
        parts.append(_TEXT.format(x=0, y=y + 4.5, kind="lane", anchor="start", text=names[system]))
        parts.append(_LINE.format(x1=left, x2=right, y1=y, y2=y, kind="track"))
        parts += [
            _DOT.format(
                x=x(event.at),
                y=y,
                kind=f"in-{system}",
                text=f"{formats.short_minute(event.at)} {' · '.join(event.titles)}",
            )
            for event in events
            if event.system == system
        ]
    top = _LANE * len(lanes) + 6
    for number, bar in enumerate(bars):
        y = top + _BAR_LANE * number
        start, end = x(bar.begin), x(bar.end or as_of)
        text = formats.shorten(bar.title, int((width - 8) / _LETTER))
        half = len(text.encode("utf-8", "replace")) * _LETTER / 2 > width - start
        parts.append(
            _TEXT.format(
                x=right if half else min(start, left),
                y=y + 14,
                kind="lane",
                anchor="end" if half else "start",
                text=text,
            )
        )
        parts.append(
            _BAR.format(
                x=min(start, right - 4),
                y=y + 21,
                width=max(end - start, 4),
                kind=f"is-{bar.state} severity-{bar.severity}",
                text=bar.sentence,
            )
        )
    height = top + _BAR_LANE * len(bars) + _AXIS
    parts.append(_LINE.format(x1=left, x2=right, y1=height - _AXIS + 4, y2=height - _AXIS + 4, kind="axis"))
    parts.append(
        _TEXT.format(x=left, y=height - 5, kind="tick", anchor="start", text=formats.short_minute(begin))
    )
    parts.append(
        _TEXT.format(x=right, y=height - 5, kind="tick", anchor="end", text=formats.short_minute(as_of))
    )
    return _SVG.format(size=size, width=width, height=height, title=title, inside=Markup("").join(parts))
