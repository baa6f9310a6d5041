"""Reads the list of findings of the latest run, and writes it as a file.

What belongs here: opening what is to be read and putting the file in place. What does not: the list
(report/finding_list.py) or its forms (report/render/spreadsheet.py).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.pipeline.written.put_in_place import put_in_place
from orderhealth_pipeline.report.finding_list import FindingList, Wanted, read_finding_list

Form = Callable[[FindingList], bytes]


def read_findings(plan: RunPlan, wanted: Wanted) -> FindingList:
    """Read the present findings that are wanted. Raises StoreError where there is no run to read from."""
    settings = plan.settings
    return from_published(
        plan.store,
        lambda con: read_finding_list(
            con, plan.catalogue.rules, wanted, locale=settings.locale, timezone=settings.timezone
        ),
    )


def list_form(file: Path) -> Form:
    """Choose how a list is written by the ending of the file's name. Raises ConfigurationError."""
    # What writes spreadsheets takes a tenth of a second to import, and a run never writes one.
    from orderhealth_pipeline.report.render.spreadsheet import FORMS

    form = FORMS.get(file.suffix.casefold())
    if form is None:
        raise ConfigurationError(
            Message("--out: '{name}' ends with neither {forms}", name=file.name, forms=" nor ".join(FORMS))
        )
    return form


def write_findings(findings: FindingList, file: Path, form: Form) -> None:
    """Write the list in a form. Raises OSError where the place cannot be written."""
    put_in_place(file, form(findings))
