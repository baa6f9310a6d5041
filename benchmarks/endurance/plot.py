"""The plot of a day as an SVG file: a line a measure, one below the other, in the style of the report.

What belongs here: lines over the hours of a day. What does not: what they mean (endurance_verdicts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import vl_convert

from benchmarks.endurance.verdicts import COMPARED_HOURS, MEBIBYTE, TICKS_AN_HOUR, WARM_UP_HOURS, Tick
from orderhealth_pipeline.report.render.canvas import COLOURS, Layer, bars, canvas, words

WIDTH = 460
LINES = 64
PANEL = 102
TITLE = 18
PALE = "#a9c0d6"
PIECES = 15
"""So many pieces of fixed work take about as long as a tick."""


@dataclass(frozen=True)
class Line:
    """One line of a panel: its value in every tick; `is_pale` is for what the other line is made of."""

    values: list[float]
    is_pale: bool = False


@dataclass(frozen=True)
class Panel:
    """Lines over the same hours and on the same scale, which begins at zero."""

    title: str
    unit: str
    lines: tuple[Line, ...]


def panels(ticks: Sequence[Tick]) -> list[Panel]:
    """Choose what is drawn."""

    def mebibytes(part: str, key: str) -> list[float]:
        return [tick[part][key] / MEBIBYTE for tick in ticks]

    published = zip(mebibytes("snapshot", "file"), mebibytes("spare", "file"), strict=True)
    return [
        Panel(
            f"Processor: a tick, {PIECES}× fixed work (pale)",
            "s",
            (
                Line([tick["processor_seconds"] for tick in ticks]),
                Line([PIECES * tick["fixed_work_seconds"] for tick in ticks], is_pale=True),
            ),
        ),
        Panel("Peak memory of the process", "MiB", (Line([t["peak_gibibytes"] * 1024 for t in ticks]),)),
        Panel(
            "Store: its file, and what is in use (pale)",
            "MiB",
            (Line(mebibytes("store", "file")), Line(mebibytes("store", "used"), is_pale=True)),
        ),
        Panel("Published snapshot and its spare", "MiB", (Line([sum(both) for both in published]),)),
        Panel("Dagster's own storage", "MiB", (Line(mebibytes("dagster", "all")),)),
    ]


def endurance_plot(ticks: Sequence[Tick]) -> str:
    """Draw the day; two grey bars below show the hours that are compared."""
    layers: list[Layer] = []
    drawn = panels(ticks)
    for number, panel in enumerate(drawn):
        layers += _panel(panel, PANEL * number)
    bottom = PANEL * len(drawn)
    hours = len(ticks) / TICKS_AN_HOUR
    an_hour = WIDTH / hours
    compared = [(WARM_UP_HOURS, WARM_UP_HOURS + COMPARED_HOURS), (hours - COMPARED_HOURS, hours)]
    layers.append(
        bars(
            [{"x": start * an_hour, "x2": stop * an_hour, "y": bottom - 10} for start, stop in compared],
            COLOURS["unknown"],
            width=4,
        )
    )
    note = f"{hours:.0f} simulated hours; grey: the hours that are compared"
    layers.append(words([{"x": 0, "y": bottom + 12, "text": note}], COLOURS["muted"], size=12))
    chart = canvas(*layers, height=bottom + 18, width=WIDTH)
    page = chart.properties(background=COLOURS["surface"], padding=16)
    return vl_convert.vegalite_to_svg(page.to_json(indent=None)) + "\n"


def _panel(panel: Panel, top: float) -> list[Layer]:
    most = max(max(line.values) for line in panel.lines)
    bottom = top + TITLE + LINES
    last = panel.lines[0].values[-1]
    return [
        words([{"x": 0, "y": top + 10, "text": panel.title}], size=14, weight=600),
        words(
            [{"x": WIDTH, "y": top + 10, "text": f"at the end {last:,.4g} {panel.unit}"}],
            COLOURS["muted"],
            size=12,
            align="right",
        ),
        bars([{"x": 0, "x2": WIDTH, "y": bottom}], COLOURS["track"], width=1),
        *(_line(line, most, bottom) for line in panel.lines),
    ]


def _line(line: Line, most: float, bottom: float) -> alt.Chart:
    step = WIDTH / max(1, len(line.values) - 1)
    rows = [
        {"x": step * number, "y": bottom - value / most * LINES} for number, value in enumerate(line.values)
    ]
    mark = alt.Chart(alt.InlineData(values=rows)).mark_line(
        strokeWidth=1.5, stroke=PALE if line.is_pale else COLOURS["bar"]
    )
    chart: alt.Chart = mark.encode(
        x=alt.X("x:Q", axis=None, scale=None), y=alt.Y("y:Q", axis=None, scale=None), order="x:Q"
    )
    return chart
