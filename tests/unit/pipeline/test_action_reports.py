"""What receivers report of actions to the console counts as a receipt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from orderhealth_pipeline.pipeline.actions.receipts import with_reports
from orderhealth_pipeline.respond.actions.action_frames import RECEIPTS
from orderhealth_pipeline.said import Said, said_frame

AT = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


def report(entry: int, action: str, what: str, minutes: int = 0) -> Said:
    at = AT + timedelta(minutes=minutes)
    return Said("action_reported", "wms", "shelf 7", at, "action", action, "r", what=what, entry=entry)


def test_the_newest_report_by_then_counts_and_wins_over_a_file() -> None:
    files = pl.DataFrame({"action_id": ["A", "D"], "is_done": [True, True], "note": ["x", "y"]}, RECEIPTS)
    said = said_frame(
        [
            report(1, "A", "done"),
            report(2, "A", "refused", 1),
            report(3, "B", "done"),
            report(4, "C", "done", 9),
        ]
    )
    found = with_reports(files, said, AT + timedelta(minutes=5)).sort("action_id")
    assert found.rows() == [
        ("A", False, "wms: shelf 7"),
        ("B", True, "wms: shelf 7"),
        ("D", True, "y"),
    ]
