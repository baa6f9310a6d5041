"""Writes the risk report of a run as a file.

What belongs here: opening what is to be read and putting the file in place. What does not: the report
(report/).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from orderhealth_pipeline.pipeline.alert import report_name
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.read_report import build_report
from orderhealth_pipeline.store.connection import read_store
from orderhealth_pipeline.store.snapshot import snapshot_path

LATEST: Final = "risk-report.html"


def read_report(plan: RunPlan, as_of: datetime | None = None) -> RiskReport:
    """Build the report of the run at `as_of`, or of the latest one, from the published snapshot.

    Without a snapshot the store itself is read. Raises StoreError where there is neither, or no run in it.
    """
    snapshot = snapshot_path(plan.store)
    settings = plan.settings
    with read_store(snapshot if snapshot.exists() else plan.store) as con:
        return build_report(
            con,
            tuple(plan.catalogue.rules.values()),
            locale=settings.locale,
            timezone=settings.timezone,
            as_of=as_of,
            score_lines=(float(settings.score.threshold), float(settings.score.recover)),
        )


def write_report(plan: RunPlan, out: Path, as_of: datetime | None = None) -> Path:
    """Write the report into `out` under the name of its run, and as `risk-report.html`; give the latter."""
    # Altair, which draws the charts, takes most of a second to import.
    from orderhealth_pipeline.report.html import render_html

    report = read_report(plan, as_of)
    html = render_html(report)
    out.mkdir(parents=True, exist_ok=True)
    for name in (report_name(report.as_of), LATEST):
        fresh = out / f".{name}.new"
        fresh.write_text(html, encoding="utf-8")
        fresh.replace(out / name)
    return out / LATEST
