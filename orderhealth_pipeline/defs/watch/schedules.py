"""When the jobs run by the clock, in the store's time zone.

What belongs here: cron lines. What does not: reacting to files and scores (sensors.py).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import dagster as dg

from orderhealth_pipeline.defs.configuration import GraphFacts
from orderhealth_pipeline.defs.jobs import COMPARE, DAILY, WEEKLY, WHOLE_CHAIN
from orderhealth_pipeline.defs.running import AS_OF_TAG
from orderhealth_pipeline.defs.server.maintenance import prune_runs
from orderhealth_pipeline.settings.reports import DailySettings, WeeklySettings

JUST: Final = timedelta(minutes=5)
"""How old a run may be that makes the one of the clock needless."""

_WITH_A_RESULT: Final = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.SUCCESS,
]


def build_schedules(facts: GraphFacts) -> list[dg.ScheduleDefinition]:
    """Build the schedules; they are on where there is a configuration, and off where there is none."""
    status = dg.DefaultScheduleStatus.RUNNING if facts.is_configured else dg.DefaultScheduleStatus.STOPPED
    zone, reports = facts.settings.timezone, facts.settings.report
    return [
        dg.ScheduleDefinition(
            name="every_15_minutes",
            job_name=WHOLE_CHAIN,
            cron_schedule="*/15 * * * *",
            execution_timezone=zone,
            default_status=status,
            execution_fn=_unless_just_evaluated,
            description=(
                "The whole chain every 15 minutes: orders become overdue without any new file. Left out "
                "where new files have just caused a run, so that the next ones need not wait for it."
            ),
        ),
        dg.ScheduleDefinition(
            name="comparison_twice_a_day",
            job_name=COMPARE,
            cron_schedule=["5 10 * * *", "5 16 * * *"],
            execution_timezone=zone,
            default_status=status,
            description="10:05, when the night's parcels are scanned, and 16:05, before the last collection.",
        ),
        dg.ScheduleDefinition(
            name="daily_report",
            job_name=DAILY,
            cron_schedule=_cron(reports.daily),
            execution_timezone=zone,
            default_status=status,
            description="The report of the day at `report.daily.at`, 09:00 unless it says otherwise.",
        ),
        dg.ScheduleDefinition(
            name="weekly_report",
            job_name=WEEKLY,
            cron_schedule=_cron(reports.weekly),
            execution_timezone=zone,
            default_status=status,
            description="The report of the week on `report.weekly.on` at `report.weekly.at`.",
        ),
        dg.ScheduleDefinition(
            name="prune_runs_at_night",
            job=prune_runs,
            cron_schedule="40 3 * * *",
            execution_timezone=zone,
            default_status=status,
            description="Deletes runs and their logs that are older than 14 days.",
        ),
    ]


def _cron(when: DailySettings | WeeklySettings) -> str:
    day = when.on if isinstance(when, WeeklySettings) else "*"
    return f"{when.at.minute} {when.at.hour} * * {day}"


def _unless_just_evaluated(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    recent = dg.RunsFilter(
        job_name=WHOLE_CHAIN, statuses=_WITH_A_RESULT, created_after=datetime.now(UTC) - JUST
    )
    if any(AS_OF_TAG not in run.tags for run in context.instance.get_runs(recent)):
        return dg.SkipReason("A run of the whole chain has just evaluated the present, or is about to.")
    return dg.RunRequest()
