"""The plot of a day as an SVG file: a line a measure, one below the other, in the style of the report.

What belongs here: lines over the hours of a day. What does not: what they mean (verdicts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from benchmarks.endurance.verdicts import COMPARED_HOURS, MEBIBYTE, TICKS_AN_HOUR, WARM_UP_HOURS, Tick
from orderhealth_pipeline.report.render.canvas import COLOURS, bars, canvas, line, words
from orderhealth_pipeline.report.render.svg import svg_file

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
    layers: list[Markup] = []
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
    return svg_file(canvas(*layers, height=bottom + 18, width=WIDTH), padding=16)


def _panel(panel: Panel, top: float) -> list[Markup]:
    most = max(max(drawn.values) for drawn in panel.lines)
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
        *(_line(drawn, most, bottom) for drawn in panel.lines),
    ]


def _line(drawn: Line, most: float, bottom: float) -> Markup:
    step = WIDTH / max(1, len(drawn.values) - 1)
    points = [(step * number, bottom - value / most * LINES) for number, value in enumerate(drawn.values)]
    return line([points], PALE if drawn.is_pale else COLOURS["bar"], width=1.5)
