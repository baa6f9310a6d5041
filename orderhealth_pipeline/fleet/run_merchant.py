"""One run of one merchant, with whatever goes wrong as a part of its outcome.

What belongs here: from a merchant to an outcome. What does not: who runs beside it (side_by_side.py).
"""

from __future__ import annotations

import logging
import os
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orderhealth_pipeline.errors import (
    BrokenStoreError,
    BusyStoreError,
    OrderHealthError,
    StoreError,
    UnusableInputError,
)
from orderhealth_pipeline.fleet.layered_rules import origin_of
from orderhealth_pipeline.fleet.merchants import FleetSettings, Merchant, merchant_settings
from orderhealth_pipeline.fleet.outcome import Outcome
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.words import Locale

if TYPE_CHECKING:
    from orderhealth_pipeline.pipeline.plan import RunPlan
    from orderhealth_pipeline.report.period.model import PeriodKind

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class MerchantRun:
    """What is asked for: a merchant, how, and for which instant (null: the merchant's own, else now).

    `report`: the run writes and tells that of a day or a week, too.
    """

    merchant: Merchant
    fleet: FleetSettings
    as_of: str | None = None
    is_full: bool = False
    delivers: bool = False
    allows_ahead: bool = False
    locale: Locale = "en"
    report: PeriodKind | None = None


def run_merchant(asked: MerchantRun, clock: Callable[[], datetime]) -> Outcome:
    """Run a merchant; an error of its configuration, its files or its store is what the outcome says.

    `clock` tells the time, UTC.
    """
    started = time.monotonic()
    found: Mapping[str, object]
    try:
        found = _run(asked, clock)
    except OrderHealthError as error:
        text = origin_of(error.in_locale(asked.locale), asked.merchant.layered)
        found = {"error": text, "exit_code": error.exit_code}
    except OSError as error:
        found = {"error": f"{error.filename or asked.merchant.folder}: {error.strerror}", "exit_code": 4}
    except Exception as error:  # noqa: BLE001 - one merchant's fault must not stop the others
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        found = {"error": f"{type(error).__name__}: {error} ({where})", "exit_code": 1}
    return Outcome.model_validate(
        {
            "merchant": asked.merchant.name,
            "ended_at": clock(),
            "seconds": round(time.monotonic() - started, 2),
            **found,
        }
    )


def _run(asked: MerchantRun, clock: Callable[[], datetime]) -> Mapping[str, object]:
    # What a run needs takes a second to import, which whoever only asks for the state does not wait for.
    from orderhealth_pipeline.pipeline.instants import asked_instant
    from orderhealth_pipeline.pipeline.plan import plan_run
    from orderhealth_pipeline.pipeline.run import run_pipeline
    from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
    from orderhealth_pipeline.pipeline.written.linked_report import write_linked_report

    now = clock()
    settings = merchant_settings(asked.merchant, asked.fleet, os.environ)
    as_of = asked_instant(asked.as_of, settings, now, is_ahead=asked.allows_ahead)
    plan = plan_run(settings, is_full=asked.is_full)
    try:
        outcome = run_pipeline(plan, as_of, StageTimes(time.perf_counter), now)
    except (BusyStoreError, BrokenStoreError):
        raise
    except (UnusableInputError, StoreError):
        # What earlier runs left in the outbox goes out all the same.
        if asked.delivers and plan.store.exists():
            _deliver(plan, clock)
        raise
    write_linked_report(plan, outcome)
    files = () if asked.report is None else _report(plan, asked.report, outcome.as_of)
    if asked.delivers:
        _deliver(plan, clock)
    health = outcome.assessment.health
    return {
        "as_of": outcome.as_of,
        "score": health.score,
        "confidence": health.confidence,
        "active_orders": health.active_orders,
        "open_findings": outcome.assessment.findings.filter(state="open").height,
        "alert": outcome.alert,
        "report_files": files,
    }


def _report(plan: RunPlan, kind: PeriodKind, as_of: datetime) -> tuple[str, ...]:
    """Write the report of a period, and record who is told; returns the names of its files."""
    from orderhealth_pipeline.pipeline.alerting.period_message import write_and_tell

    written = write_and_tell(plan, kind, as_of).written
    if written.trouble is not None:
        _LOG.warning(written.trouble)
    return tuple(file.name for file in written.files)


def _deliver(plan: RunPlan, clock: Callable[[], datetime]) -> None:
    """Send messages, then actions, as a run of a single shop does; what fails is tried by the next run."""
    from orderhealth_pipeline.pipeline.actions.deliver import deliver_actions
    from orderhealth_pipeline.pipeline.deliver import deliver_alerts

    try:
        deliver_alerts(plan, clock=clock, sleep=time.sleep)
        deliver_actions(plan, clock=clock, sleep=time.sleep)
    except StoreError as error:
        _LOG.warning(Message("{error} The next run with --deliver delivers what waits.", error=error))
