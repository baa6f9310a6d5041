"""Reads where orders get stuck: process_steps, of everything, and of places where nothing moves.

What belongs here: that table. What does not: the funnel (score_parts.py), which counts active orders alone.
"""

from __future__ import annotations

from typing import Final

from orderhealth_pipeline.process.milestones import STEPS
from orderhealth_pipeline.report.model_process import Process, Standstill, StepTime
from orderhealth_pipeline.report.read.reading import Reading
from orderhealth_pipeline.report.read.tables import Row
from orderhealth_pipeline.report.words.masking import mask_text

_OVERALL: Final = "overall"


def read_process(reading: Reading) -> Process:
    """Read how long the steps take and which of them stand still, in the order of the steps."""
    rows = reading.tables.rows("run/select_process_steps", as_of=reading.as_of)
    order = list(STEPS)
    rows.sort(key=lambda row: (order.index(row["from_step"]), row["dimension"], row["value"] or ""))
    return Process(
        steps=tuple(_step_time(reading, row) for row in rows if row["dimension"] == _OVERALL),
        standstills=tuple(_standstill(reading, row) for row in rows if row["stands_still_since"]),
    )


def _step_time(reading: Reading, row: Row) -> StepTime:
    return StepTime(
        from_label=reading.texts.word("step", row["from_step"]),
        to_label=reading.texts.word("step", row["to_step"]),
        median_minutes=row["median_minutes"],
        p90_minutes=row["p90_minutes"],
        waiting=row["waiting_now"],
        oldest_since=row["oldest_waiting_since"],
    )


def _standstill(reading: Reading, row: Row) -> Standstill:
    return Standstill(
        place=None if row["dimension"] == _OVERALL else mask_text(row["value"]),
        from_label=reading.texts.word("step", row["from_step"]),
        to_label=reading.texts.word("step", row["to_step"]),
        waiting=row["waiting_now"],
        since=row["stands_still_since"],
    )
