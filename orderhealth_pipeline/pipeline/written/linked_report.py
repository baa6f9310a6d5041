"""The report that an alert links to, written by the run that made the alert.

What belongs here: when there is one. What does not: writing it (write_report.py).
"""

from __future__ import annotations

import logging
from typing import Final

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.run import RunOutcome
from orderhealth_pipeline.pipeline.written.write_report import write_report

_LOG: Final = logging.getLogger(__name__)


def write_linked_report(plan: RunPlan, outcome: RunOutcome) -> None:
    """Write the report that the run's alert links to, where there is one that anybody hears of.

    The run is done, so a folder that refuses the report is only told.
    """
    if outcome.alert is None or not plan.settings.channels:
        return
    try:
        write_report(plan, plan.settings.report.folder, outcome.as_of)
    except OSError as error:
        _LOG.warning(
            Message(
                "{folder}: the report cannot be written ({reason})",
                folder=plan.settings.report.folder,
                reason=error.strerror,
            )
        )
