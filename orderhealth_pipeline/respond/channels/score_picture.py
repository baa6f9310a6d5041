"""The score as a picture for mails: a bar from 0 to 100 with the alert's line on it.

What belongs here: the drawing. What does not: words, which stand beside it as text. It holds figures alone,
so that it needs no font for Chinese.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import vl_convert

from orderhealth_pipeline.report.render.canvas import COLOURS

_WIDTH: Final = 480
_HEIGHT: Final = 28
_SHARPNESS: Final = 2.0


def score_picture(score: Decimal, threshold: Decimal) -> bytes:
    """Draw the score as PNG, 480 by about 50 points."""
    return vl_convert.vegalite_to_png(_drawing(float(score), float(threshold)), scale=_SHARPNESS)


def _drawing(score: float, threshold: float) -> dict[str, Any]:
    is_low = score < threshold
    scale = {"domain": [0, 100]}
    at = {
        "field": "at",
        "type": "quantitative",
        "scale": scale,
        "axis": {"values": [0, threshold, 100], "title": None},
    }
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "background": "white",
        "layer": [
            _bar(100.0, "#e7eaee", at),
            _bar(score, COLOURS["bad" if is_low else "good"], at),
            {
                "data": {"values": [{"at": threshold}]},
                "mark": {"type": "tick", "thickness": 2, "size": _HEIGHT, "color": "#333333"},
                "encoding": {"x": at},
            },
            {
                "data": {"values": [{"at": max(score, 6.0), "text": f"{score:.2f}"}]},
                "mark": {"type": "text", "align": "right", "dx": -6, "fontWeight": "bold", "color": "white"},
                "encoding": {"x": at, "text": {"field": "text"}},
            },
        ],
        "config": {"view": {"stroke": None}},
    }


def _bar(length: float, colour: str, at: dict[str, Any]) -> dict[str, Any]:
    return {
        "data": {"values": [{"at": length}]},
        "mark": {"type": "bar", "color": colour, "size": _HEIGHT},
        "encoding": {"x": at},
    }
