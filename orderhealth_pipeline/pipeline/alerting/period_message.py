"""Tells people of a report of a day or a week: one message for the roles that it is for.

What belongs here: who hears of it, putting the message into the outbox, and writing and telling in one for
whoever does all as the settings say. What does not: the report (report/period/), its files
(written/write_period.py), and sending (respond/).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orderhealth_pipeline.pipeline.alerting.routes import routes_of
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.written.write_period import (
    WrittenReport,
    read_period_report,
    write_period_report,
)
from orderhealth_pipeline.pipeline.written.write_report import recorded_instant
from orderhealth_pipeline.report.notice import Notice
from orderhealth_pipeline.report.period.model import PeriodKind, PeriodReport
from orderhealth_pipeline.report.period.summary import summary_of
from orderhealth_pipeline.respond.outbox import record_alert
from orderhealth_pipeline.store.file.connection import open_store


@dataclass(frozen=True)
class ToldReport:
    """A report of a period, its files, and the channels that hear of it."""

    report: PeriodReport
    written: WrittenReport
    channels: tuple[str, ...]


def write_and_tell(plan: RunPlan, kind: PeriodKind, as_of: datetime) -> ToldReport:
    """Write the report of the period that ends with the run of `as_of`, and record the message about it.

    Its folder and forms are those of the settings. Raises StoreError.
    """
    settings = plan.settings.report
    report = read_period_report(plan, kind, recorded_instant(plan, as_of))
    written = write_period_report(plan, report, settings.folder / kind, settings.forms)
    return ToldReport(report, written, record_period_message(plan, report, written.files))


def record_period_message(plan: RunPlan, report: PeriodReport, files: Iterable[Path]) -> tuple[str, ...]:
    """Record the message about a report whose files lie below the folder of reports; return its channels.

    The same report is recorded once, however often it is written. Raises StoreError.
    """
    channels = receivers(plan, report)
    if not channels:
        return ()
    message = build_period_notice(plan, report, files)
    with open_store(plan.store) as con:
        con.begin()
        record_alert(con, message, [each for each in plan.settings.channels if each.name in channels])
        con.commit()
    return channels


def receivers(plan: RunPlan, report: PeriodReport) -> tuple[str, ...]:
    """Return the channels of the roles that the report is for; without any, those that hear of the score."""
    roles = getattr(plan.settings.report, report.kind).to
    if not roles:
        return tuple(routes_of(plan).hearing("score"))
    return tuple(dict.fromkeys(name for role in roles for name in plan.owners.roles[role].channels))


def build_period_notice(plan: RunPlan, report: PeriodReport, files: Iterable[Path]) -> Notice:
    """Say what the message tells of; the link opens the page, where the folder has an address."""
    folder, url = plan.settings.report.folder.resolve(), plan.settings.report.url
    names = [
        file.resolve().relative_to(folder).as_posix()
        for file in files
        if file.resolve().is_relative_to(folder)
    ]
    page = next((name for name in names if name.endswith(".html")), None)
    return Notice.model_validate(
        {
            "kind": "report",
            "subject": report.kind,
            "locale": report.state.locale,
            "as_of": report.as_of,
            "time_zone": report.state.timezone,
            "report": summary_of(report, names),
            "link": None if url is None or page is None else f"{url.rstrip('/')}/{page}",
        }
    )
