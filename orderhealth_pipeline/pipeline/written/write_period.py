"""Writes the report of a day or a week as files.

What belongs here: what is read for it, and putting the files in place. What does not: the report
(report/period/), and sending it (alerting/period_message.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.pipeline.written.put_in_place import put_in_place
from orderhealth_pipeline.pipeline.written.write_findings import read_findings
from orderhealth_pipeline.pipeline.written.write_report import report_from
from orderhealth_pipeline.report.finding_list import Wanted
from orderhealth_pipeline.report.period.model import PeriodKind, PeriodReport
from orderhealth_pipeline.report.period.read import PeriodInputs, build_period_report
from orderhealth_pipeline.rules.penalties.charges_file import read_charges
from orderhealth_pipeline.rules.penalties.terms import read_penalties
from orderhealth_pipeline.settings.reports import ReportForm

FORMS: Final[tuple[ReportForm, ...]] = ("html", "xlsx", "pdf")
"""In the order in which they are written: the form that may fail comes last."""


def read_period_report(plan: RunPlan, kind: PeriodKind, as_of: datetime | None = None) -> PeriodReport:
    """Build the report of the period that ends with the run at `as_of`, or the latest one.

    It is read from the published snapshot, else from the store. Raises StoreError where there is no run, and
    ConfigurationError where the terms or the file of charges are wrong.
    """
    settings = plan.settings
    inputs = PeriodInputs(
        rules=plan.catalogue.rules,
        roles=_role_titles(plan),
        usual_profile=settings.profile,
        penalties=read_penalties(settings.expectations, plan.catalogue.rules),
        charges=None
        if settings.report.penalties is None
        else read_charges(settings.report.penalties, settings.zone),
    )

    def read(con: duckdb.DuckDBPyConnection) -> PeriodReport:
        return build_period_report(con, report_from(con, plan, as_of), kind, inputs)

    return from_published(plan.store, read)


@dataclass(frozen=True)
class WrittenReport:
    """The files of a report, and why a form that was asked for cannot be made on this machine, if one."""

    files: tuple[Path, ...]
    trouble: ConfigurationError | None = None


def write_period_report(
    plan: RunPlan, report: PeriodReport, out: Path, forms: Iterable[ReportForm]
) -> WrittenReport:
    """Write the report into `out` in the forms that are asked for.

    A PDF that cannot be made here keeps nobody from the others.
    """
    asked = set(forms)
    files: list[Path] = []
    for form in FORMS:
        if form in asked:
            try:
                files.append(_write(plan, report, out, form))
            except ConfigurationError as trouble:
                return WrittenReport(tuple(files), trouble)
    return WrittenReport(tuple(files))


def period_file(report: PeriodReport, form: ReportForm) -> str:
    """Name the file of a report, such as `daily-20261111-0900.html`, in the zone of people."""
    return f"{report.kind}-{report.as_of:%Y%m%d-%H%M}.{form}"


def _write(plan: RunPlan, report: PeriodReport, out: Path, form: ReportForm) -> Path:
    file = out / period_file(report, form)
    put_in_place(file, _render(plan, report, form))
    return file


def _render(plan: RunPlan, report: PeriodReport, form: ReportForm) -> bytes:
    """Render one form; each imports what draws it only when it is asked for."""
    if form == "xlsx":
        from orderhealth_pipeline.report.period.forms.workbook import render_workbook

        return render_workbook(report, read_findings(plan, Wanted(only_open=True)))
    if form == "pdf":
        from orderhealth_pipeline.report.period.forms.pdf import render_pdf

        return render_pdf(report)
    from orderhealth_pipeline.report.period.forms.page import render_page

    return render_page(report).encode()


def _role_titles(plan: RunPlan) -> dict[str, str]:
    locale = plan.settings.locale
    known = {name: role.title.in_locale(locale) for name, role in plan.owners.roles.items()}
    named = {
        plan.owners.role_of(rule.owner): rule.owner.in_locale(locale)
        for rule in plan.catalogue.rules.values()
    }
    return {**named, **known}
