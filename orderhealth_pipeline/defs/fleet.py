"""A fleet in Dagster: every merchant is a partition of one asset; runs of different ones run side by side.

What belongs here: partitions, the job, its clock, and the sensor that sees merchants come and go. What does
not: a merchant's run (fleet/run_merchant.py), and reports by the day and week (fleet_reports.py).

A run carries the tag `orderhealth/merchant`. dagster.yaml lets one run of each value go at a time, which is
a queue per store; how many go at a time altogether is `max_concurrent_runs`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import dagster as dg

from orderhealth_pipeline.defs.running import AHEAD_TAG, AS_OF_TAG
from orderhealth_pipeline.fleet.merchants import Merchant, find_merchants, read_fleet
from orderhealth_pipeline.fleet.outcome import Outcome, write_outcome
from orderhealth_pipeline.fleet.run_merchant import MerchantRun, run_merchant
from orderhealth_pipeline.report.period.model import PeriodKind

FLEET_VARIABLE: Final = "ORDERHEALTH_FLEET"
"""The environment variable that names the fleet's root; without it there is no fleet in the graph."""

MERCHANT_TAG: Final = "orderhealth/merchant"
MERCHANTS: Final = dg.DynamicPartitionsDefinition(name="merchants")
_JOB: Final = "run_merchant"


def fleet_root() -> Path | None:
    """Return the root of the fleet that Dagster looks after, or null."""
    named = os.environ.get(FLEET_VARIABLE)
    return Path(named) if named else None


def fleet_definitions(root: Path) -> dg.Definitions:
    """Build the graph of a fleet: merchant_health by merchant, its job, its schedule and its sensor."""
    merchant_health = _merchant_health(root)
    job = dg.define_asset_job(
        _JOB,
        selection=dg.AssetSelection.assets(merchant_health),
        executor_def=dg.in_process_executor,
        description="Everything of one merchant: what is new, orders, findings, score, alerts.",
    )
    return dg.Definitions(
        assets=[merchant_health],
        jobs=[job],
        schedules=[_every_15_minutes(root)],
        sensors=[_merchants_of_the_fleet(root)],
    )


def _merchant_health(root: Path) -> dg.AssetsDefinition:
    @dg.asset(
        name="merchant_health",
        group_name="fleet",
        partitions_def=MERCHANTS,
        description="The score of one merchant, and what its last run took.",
    )
    def merchant_health() -> dg.MaterializeResult[None]:
        return run_partition(root)

    return merchant_health


def run_partition(root: Path, report: PeriodKind | None = None) -> dg.MaterializeResult[None]:
    """Run the merchant whose partition the step is for, with a report if one is asked for.

    Raises dagster's Failure with what became of the run, where it failed.
    """
    context = dg.AssetExecutionContext.get()
    outcome = _run(root, context.partition_key, dict(context.run.tags), report)
    write_outcome(root, outcome)
    if outcome.error is not None:
        raise dg.Failure(outcome.error, allow_retries=False)
    return dg.MaterializeResult(metadata=_metadata(outcome))


def _run(root: Path, name: str, tags: dict[str, str], report: PeriodKind | None) -> Outcome:
    asked = MerchantRun(
        Merchant(name, root / name),
        read_fleet(root),
        as_of=tags.get(AS_OF_TAG),
        delivers=True,
        allows_ahead=AHEAD_TAG in tags,
        report=report,
    )
    return run_merchant(asked, lambda: datetime.now(UTC))


def _metadata(outcome: Outcome) -> dict[str, Any]:
    shown = {
        "score": outcome.score,
        "confidence": outcome.confidence,
        "active_orders": outcome.active_orders,
        "open_findings": outcome.open_findings,
        "alert": outcome.alert,
        "seconds": outcome.seconds,
        "files": list(outcome.report_files) or None,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _requests(names: Iterator[str], key: str = "") -> list[dg.RunRequest]:
    return [
        dg.RunRequest(run_key=f"{name}{key}" or None, partition_key=name, tags={MERCHANT_TAG: name})
        for name in names
    ]


def _every_15_minutes(root: Path) -> dg.ScheduleDefinition:
    @dg.schedule(
        job_name=_JOB,
        cron_schedule="*/15 * * * *",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Every merchant, every 15 minutes.",
    )
    def merchants_every_15_minutes(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest]:
        present = {merchant.name for merchant in find_merchants(root)}
        known = context.instance.get_dynamic_partitions(str(MERCHANTS.name))
        at = f"@{context.scheduled_execution_time.isoformat()}"
        return _requests((name for name in known if name in present), at)

    return merchants_every_15_minutes


def _merchants_of_the_fleet(root: Path) -> dg.SensorDefinition:
    @dg.sensor(
        job_name=_JOB,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Makes a partition of every folder that became a merchant, and runs it.",
    )
    def merchants_of_the_fleet(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        present = [merchant.name for merchant in find_merchants(root)]
        known = context.instance.get_dynamic_partitions(str(MERCHANTS.name))
        added = [name for name in present if name not in known]
        gone = [name for name in known if name not in present]
        if not added and not gone:
            return dg.SkipReason("No merchant came or went.")
        changes = [MERCHANTS.build_add_request(added)] if added else []
        removals = [MERCHANTS.build_delete_request(gone)] if gone else []
        return dg.SensorResult(
            run_requests=_requests(iter(added)), dynamic_partitions_requests=[*changes, *removals]
        )

    return merchants_of_the_fleet
