"""Writes the risk report of a run as a file.

What belongs here: opening what is to be read and putting the file in place. What does not: the report
(report/).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from orderhealth_pipeline.errors import BrokenStoreError
from orderhealth_pipeline.pipeline.alert import report_name
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.read_report import build_report
from orderhealth_pipeline.store.connection import read_store
from orderhealth_pipeline.store.files import snapshot_path

LATEST: Final = "risk-report.html"


def read_report(plan: RunPlan, as_of: datetime | None = None) -> RiskReport:
    """Build the report of the run at `as_of`, or of the latest one, from the published snapshot.

    Without a snapshot that can be read, the store itself is. Raises StoreError where there is neither, or no
    run in it.
    """
    snapshot = snapshot_path(plan.store)
    if snapshot.exists():
        with suppress(BrokenStoreError):
            return _report_of(snapshot, plan, as_of)
    return _report_of(plan.store, plan, as_of)


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


def _report_of(store: Path, plan: RunPlan, as_of: datetime | None) -> RiskReport:
    settings = plan.settings
    with read_store(store) as con:
        return build_report(
            con,
            tuple(plan.catalogue.rules.values()),
            locale=settings.locale,
            timezone=settings.timezone,
            as_of=as_of,
            score_lines=(float(settings.score.threshold), float(settings.score.recover)),
        )
