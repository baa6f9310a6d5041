"""Writes the risk report of a run as a file.

What belongs here: opening what is to be read and putting the file in place. What does not: the report
(report/).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.pipeline.alerting.score_message import report_name
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.pipeline.written.put_in_place import put_in_place
from orderhealth_pipeline.pipeline.written.write_findings import list_form, read_findings, write_findings
from orderhealth_pipeline.report.finding_list import Wanted
from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.read.report import build_report
from orderhealth_pipeline.store.write import newest_run
from orderhealth_pipeline.words import Locale

LATEST: Final = "risk-report.html"
_LONGEST_LIST: Final = 20_000
"""Findings that a spreadsheet is written of along with a report: it takes two seconds."""


def read_report(plan: RunPlan, as_of: datetime | None = None) -> RiskReport:
    """Build the report of the run at `as_of`, or of the latest one, from the published snapshot.

    Without a snapshot that can be read, the store itself is. Raises StoreError where there is neither, or no
    run in it.
    """
    return from_published(plan.store, lambda con: report_from(con, plan, as_of))


def recorded_instant(plan: RunPlan, as_of: datetime) -> datetime | None:
    """Return the instant back where a run at it was recorded, else null, which stands for the latest run."""
    found = from_published(
        plan.store,
        lambda con: sql.run(con, "report/run/select_run", {"as_of": as_of}),
    )
    return as_of if found else None


def latest_instant(plan: RunPlan, clock: datetime) -> datetime | None:
    """Return the newest instant evaluated that has come by `clock`, or null where none has."""
    return from_published(plan.store, lambda con: newest_run(con, clock))


def newest_report_from(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, clock: datetime, locale: Locale
) -> RiskReport:
    """Build the report of the newest run that has come by `clock`, in a language. Raises StoreError."""
    return report_from(con, plan, newest_run(con, clock), locale)


def report_from(
    con: duckdb.DuckDBPyConnection, plan: RunPlan, as_of: datetime | None, locale: Locale | None = None
) -> RiskReport:
    """Build the report of the run at `as_of`, or of the latest one, from an open store. Raises StoreError."""
    settings = plan.settings
    return build_report(
        con,
        tuple(plan.catalogue.rules.values()),
        locale=locale or settings.locale,
        timezone=settings.timezone,
        as_of=as_of,
        score_lines=(float(settings.score.threshold), float(settings.score.recover)),
    )


def write_report(plan: RunPlan, out: Path, as_of: datetime | None = None, *, with_list: bool = False) -> Path:
    """Write the report into `out` under the name of its run, and as `risk-report.html`; return the latter.

    With the list of findings beside it the page links to that, unless the report is about an earlier run than
    the list, or the list is so long that the page names the call for it instead.
    """
    # Altair, which draws the charts, takes most of a second to import.
    from orderhealth_pipeline.report.render.html import render_html

    report = read_report(plan, as_of)
    html = render_html(report, _write_list(plan, out, report) if with_list else None)
    for name in (report_name(report.as_of), LATEST):
        put_in_place(out / name, html.encode())
    return out / LATEST


def _write_list(plan: RunPlan, out: Path, report: RiskReport) -> str | None:
    found = read_findings(plan, Wanted(only_open=True))
    if found.as_of != report.as_of or found.rows.height > _LONGEST_LIST:
        return None
    file = out / f"{report_name(report.as_of).removesuffix('.html').replace('report', 'findings')}.xlsx"
    write_findings(found, file, list_form(file))
    return file.name
