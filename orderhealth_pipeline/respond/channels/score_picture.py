"""The score as a picture for mails: a bar from 0 to 100 with the alert's line on it.

What belongs here: the drawing. What does not: words, which stand beside it as text. It holds figures alone,
so that it needs no font for Chinese.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import vl_convert
from markupsafe import Markup

from orderhealth_pipeline.report.render.canvas import COLOURS, bars, canvas, uprights, words
from orderhealth_pipeline.report.render.svg import svg_file

_WIDTH: Final = 480
_HEIGHT: Final = 28
_SHARPNESS: Final = 2.0
_FIGURE_WIDTH: Final = 56


def score_picture(score: Decimal, threshold: Decimal) -> bytes:
    """Draw the score as PNG, 490 by 54 points."""
    end, line = (
        _WIDTH * float(min(max(value, Decimal(0)), Decimal(100))) / 100 for value in (score, threshold)
    )
    middle, below = _HEIGHT / 2, _HEIGHT + 15
    drawing = canvas(
        bars([{"x": 0, "x2": _WIDTH, "y": middle}], COLOURS["track"], width=_HEIGHT),
        bars(
            [{"x": 0, "x2": end, "y": middle}],
            COLOURS["bad" if score < threshold else "good"],
            width=_HEIGHT,
        ),
        uprights([{"x": line, "y": 0, "y2": _HEIGHT}], COLOURS["ink"]),
        _figure(f"{score:.2f}", end, middle + 5),
        words([{"x": line, "y": below, "text": f"{threshold:g}"}], COLOURS["muted"], size=12, align="center"),
        words([{"x": 0, "y": below, "text": "0"}], COLOURS["muted"], size=12),
        words([{"x": _WIDTH, "y": below, "text": "100"}], COLOURS["muted"], size=12, align="right"),
        height=_HEIGHT + 16,
        width=_WIDTH,
    )
    picture: bytes = vl_convert.svg_to_png(svg_file(drawing, padding=5), scale=_SHARPNESS)
    return picture


def _figure(text: str, end: float, y: float) -> Markup:
    """Write the score at the end of its bar, beside it where it is too short."""
    if end < _FIGURE_WIDTH:
        return words([{"x": end + 6, "y": y, "text": text}], weight=700)
    return words([{"x": end - 6, "y": y, "text": text}], COLOURS["surface"], weight=700, align="right")
