"""The plots of the comparison as SVG files, in the style of the report.

What belongs here: bars. What does not: measuring, or the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.side_by_side.comparison import Result
from orderhealth_pipeline.report.render.canvas import COLOURS, bars, canvas, words
from orderhealth_pipeline.report.render.svg import svg_file

WIDTH = 460
ROW = 46
TOP = 34
BAR = 12
PALE = "#a9c0d6"


def seconds_plot(results: Sequence[Result], validation: str) -> str:
    """Draw the seconds; the end of the pipeline's bar is its second opinion by Great Expectations."""
    pipeline = results[0].run
    opinion = pipeline.parts.get(validation, 0.0)
    figures = [
        (
            result,
            result.run.seconds,
            f"{result.run.seconds:.1f} s · {result.run.seconds / pipeline.seconds:.2f}×",
        )
        for result in results
    ]
    note = "pale: the pipeline's second opinion by Great Expectations" if opinion else ""
    return _plot("Seconds, and as a multiple of the pipeline's", note, figures, pale=opinion)


def memory_plot(results: Sequence[Result]) -> str:
    """Draw the peak memory."""
    figures = [
        (result, result.run.peak_mebibytes, f"{result.run.peak_mebibytes:,.0f} MiB") for result in results
    ]
    return _plot("Peak memory", "", figures)


def _plot(title: str, note: str, figures: Sequence[tuple[Result, float, str]], pale: float = 0.0) -> str:
    scale = WIDTH / max(value for _, value, _ in figures)
    drawn: list[dict[str, Any]] = []
    names, values = [], []
    for position, (result, value, label) in enumerate(figures):
        top = TOP + ROW * position
        is_pipeline = result.run.contender.is_pipeline
        bar = {"x": 0, "x2": value * scale, "y": top + 30}
        drawn.append({**bar, "colour": COLOURS["bar"] if is_pipeline else COLOURS["unknown"]})
        if is_pipeline and pale:
            drawn.append({**bar, "x": (value - pale) * scale, "colour": PALE})
        weight = {"x": 0, "y": top + 18, "text": result.run.contender.title.replace("`", "")}
        names.append(weight)
        values.append({"x": WIDTH, "y": top + 18, "text": label})
    height = TOP + ROW * len(figures)
    drawing = canvas(
        bars(drawn, COLOURS["bar"], width=BAR),
        words([{"x": 0, "y": 14, "text": title}], size=15, weight=700),
        words(names),
        words(values, align="right", weight=600),
        words([{"x": 0, "y": height + 12, "text": note}], COLOURS["muted"], size=12),
        height=height + (18 if note else 0),
        width=WIDTH,
    )
    return svg_file(drawing, padding=16)
