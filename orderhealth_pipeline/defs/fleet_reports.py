"""The reports of a fleet in Dagster: of every merchant, at the hour and on the day that its settings say.

What belongs here: an asset by kind of report, its job, and the sensor that sees a report come due. What does
not: a merchant's run (fleet/run_merchant.py), and what is in a report (report/period/).

A schedule has one cron line; merchants have as many as they like, and come and go. So a sensor looks each
minute which reports came due since it last looked. What came due while nobody looked comes afterwards, once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import dagster as dg

from orderhealth_pipeline.defs.fleet import MERCHANT_TAG, MERCHANTS, run_partition
from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.fleet.due_reports import KINDS, newest_due
from orderhealth_pipeline.fleet.merchants import Merchant, find_merchants
from orderhealth_pipeline.report.period.model import PeriodKind
from orderhealth_pipeline.settings import Settings, read_settings

LONGEST_WAIT: Final = timedelta(hours=12)
"""A report that came due longer ago than this, while nobody looked, is not sent any more."""

_SECONDS_BETWEEN_LOOKS: Final = 60
_MOST_MERCHANTS_KEPT: Final = 1024


def utc_now() -> datetime:
    """Tell the time, UTC."""
    return datetime.now(UTC)


def fleet_report_definitions(root: Path, clock: Callable[[], datetime] = utc_now) -> dg.Definitions:
    """Build the graph of a fleet's reports; `clock` tells the time, UTC."""
    assets = {kind: _report(root, kind) for kind in KINDS}
    jobs = [
        dg.define_asset_job(
            _job(kind),
            selection=dg.AssetSelection.assets(asset),
            executor_def=dg.in_process_executor,
            description=f"Everything of one merchant, and its {kind} report, kept for good and told.",
        )
        for kind, asset in assets.items()
    ]
    return dg.Definitions(assets=list(assets.values()), jobs=jobs, sensors=[_reports_due(root, clock, jobs)])


def _report(root: Path, kind: PeriodKind) -> dg.AssetsDefinition:
    @dg.asset(
        name=f"merchant_{kind}_report",
        group_name="fleet",
        partitions_def=MERCHANTS,
        description=f"The {kind} report of one merchant, in the folder `{kind}` of its report folder.",
    )
    def merchant_report() -> dg.MaterializeResult[None]:
        return run_partition(root, kind)

    return merchant_report


def _job(kind: PeriodKind) -> str:
    return f"report_merchant_{kind}"


def _reports_due(root: Path, clock: Callable[[], datetime], jobs: list[Any]) -> dg.SensorDefinition:
    @dg.sensor(
        jobs=jobs,
        minimum_interval_seconds=_SECONDS_BETWEEN_LOOKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Runs every merchant at its `report.daily.at`, and on `report.weekly.on` at its hour.",
    )
    def merchants_reports_due(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        now = clock()
        # Before anything was looked at, nothing was missed.
        since = datetime.fromisoformat(context.cursor) if context.cursor else now
        known = set(context.instance.get_dynamic_partitions(str(MERCHANTS.name)))
        merchants = [merchant for merchant in find_merchants(root) if merchant.name in known]
        requests = list(_requests(merchants, max(since, now - LONGEST_WAIT), now))
        return dg.SensorResult(run_requests=requests, cursor=now.isoformat())

    return merchants_reports_due


def _requests(merchants: list[Merchant], since: datetime, now: datetime) -> Iterator[dg.RunRequest]:
    for merchant in merchants:
        settings = _settings(merchant)
        if settings is None:
            continue
        for kind in KINDS:
            due = newest_due(settings, kind, now)
            if since < due <= now:
                yield dg.RunRequest(
                    run_key=f"{merchant.name}@{kind}@{due.isoformat()}",
                    job_name=_job(kind),
                    partition_key=merchant.name,
                    tags={MERCHANT_TAG: merchant.name},
                )


def _settings(merchant: Merchant) -> Settings | None:
    try:
        file = merchant.configuration.stat()
        return _read(merchant.configuration, file.st_mtime_ns, file.st_size)
    except (OrderHealthError, OSError):
        # Its runs say what is wrong with it; the reports of the others come.
        return None


@lru_cache(maxsize=_MOST_MERCHANTS_KEPT)
def _read(file: Path, _changed_ns: int, _size: int) -> Settings:
    """Read the settings of a merchant again only where its file changed: every minute asks for all."""
    return read_settings(file, os.environ)
