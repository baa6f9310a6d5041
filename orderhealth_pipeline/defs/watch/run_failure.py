"""Tells the data team that a run failed: once, not every 15 minutes.

What belongs here: the decision, the message and the sensor. What does not: sending (respond/announce.py).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import dagster as dg

from orderhealth_pipeline.defs.configuration import GraphFacts
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.watch.sensors import TICK_SECONDS
from orderhealth_pipeline.report.failure import RunFailure
from orderhealth_pipeline.respond.announce import announce, concerned
from orderhealth_pipeline.settings import Settings

QUIET: Final = timedelta(hours=1)
"""How long a job that keeps failing is not told of again."""

TOLD_TAG: Final = "orderhealth/told"
"""Marks a failed run that the data team heard of."""


def should_tell(earlier: Sequence[dg.DagsterRun]) -> bool:
    """Decide from the job's other finished runs of the last QUIET, the newest first.

    Nobody is told again while the job keeps failing, unless the first message reached no channel. A success
    in between makes the next failure news.
    """
    for run in earlier:
        if run.status == dg.DagsterRunStatus.SUCCESS:
            return True
        if TOLD_TAG in run.tags:
            return False
    return True


def describe(context: dg.RunFailureSensorContext, settings: Settings) -> RunFailure:
    """Put the failed run into a message: the first failed step and what it said, without a traceback."""
    steps = context.get_step_failure_events()
    reason = context.failure_event.message or "no reason was given"
    if steps:
        data = steps[0].step_failure_data
        failure = data.user_failure_data
        if failure is not None and failure.description:
            reason = failure.description
        elif data.error is not None:
            error = data.error.cause or data.error
            reason = error.message.strip()
    return RunFailure(
        locale=settings.locale,
        job=context.dagster_run.job_name,
        step=steps[0].step_key if steps else None,
        reason=reason,
        run_id=context.dagster_run.run_id,
    )


def build_failure_sensor(facts: GraphFacts) -> dg.SensorDefinition:
    """Build the sensor; it is on where there is a configuration, and off where there is none."""

    @dg.run_failure_sensor(
        minimum_interval_seconds=TICK_SECONDS,
        default_status=(
            dg.DefaultSensorStatus.RUNNING if facts.is_configured else dg.DefaultSensorStatus.STOPPED
        ),
        description=(
            "Tells the data team of a failed run on every channel that is not limited to stages; a job that "
            "keeps failing is told of once an hour."
        ),
    )
    def tell_data_team(context: dg.RunFailureSensorContext, pipeline: Pipeline) -> dg.SkipReason:
        if not should_tell(_earlier(context.instance, context.dagster_run)):
            return dg.SkipReason("The data team was told of this job within the hour.")
        settings = pipeline.settings()
        outcome = announce(
            describe(context, settings), concerned(settings.channels), clock=_now, sleep=time.sleep
        )
        if any(error is None for error in outcome.values()):
            context.instance.add_run_tags(context.dagster_run.run_id, {TOLD_TAG: _now().isoformat()})
        return dg.SkipReason(
            "; ".join(f"{channel}: {error or 'sent'}" for channel, error in outcome.items())
            or "No channel is configured."
        )

    return tell_data_team


def _earlier(instance: dg.DagsterInstance, failed: dg.DagsterRun) -> list[dg.DagsterRun]:
    """Return the job's other finished runs of the last QUIET, the newest first."""
    finished = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
    recent = dg.RunsFilter(job_name=failed.job_name, statuses=finished, created_after=_now() - QUIET)
    return [run for run in instance.get_runs(recent) if run.run_id != failed.run_id]


def _now() -> datetime:
    return datetime.now(UTC)
