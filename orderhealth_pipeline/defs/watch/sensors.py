"""What Dagster watches: new feed files, and the score. Thin wrappers around pure decisions.

What belongs here: ticks. What does not: deciding (file_watch.py, delivery_watch.py) and failed runs
(run_failure.py).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final

import dagster as dg

from orderhealth_pipeline.defs.assessment import HEALTH_SCORE
from orderhealth_pipeline.defs.configuration import GraphFacts
from orderhealth_pipeline.defs.jobs import WHOLE_CHAIN
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.watch.delivery_watch import Watched, is_due, remember
from orderhealth_pipeline.defs.watch.file_watch import Seen, fingerprint_of, watch
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.pipeline.actions.deliver import deliver_actions
from orderhealth_pipeline.pipeline.adapted import found_adapters
from orderhealth_pipeline.pipeline.deliver import deliver_alerts

TICK_SECONDS: Final = 5
"""Dagster looks no more often."""

WATCH_SECONDS: Final = 3 * TICK_SECONDS - 1
"""How long a tick watches for files. It ends in time for another tick: between the two nobody watches."""


def build_sensors(facts: GraphFacts) -> list[dg.SensorDefinition]:
    """Build the sensors; they are on where there is a configuration, and off where there is none."""
    status = dg.DefaultSensorStatus.RUNNING if facts.is_configured else dg.DefaultSensorStatus.STOPPED
    return [_new_feed_files(status), _health_score_alert(facts, status)]


def _new_feed_files(status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        job_name=WHOLE_CHAIN,
        # With the 5 seconds between ticks, one that is a moment early would be left out.
        minimum_interval_seconds=1,
        default_status=status,
        description=(
            "Runs the whole chain when files of the feeds are new or changed, as soon as they have stayed "
            "the same for half a second."
        ),
    )
    def new_feed_files(context: dg.SensorEvaluationContext, pipeline: Pipeline) -> dg.SensorResult:
        seen = Seen.model_validate_json(context.cursor) if context.cursor else Seen()
        settings = pipeline.settings()
        adapted = [settings.folder_of(each) for each in settings.adapters]
        adapted += {each.folder for each in found_adapters(settings, None)}
        after, is_new = watch(
            seen,
            lambda: fingerprint_of(settings.feed_sources, adapted),
            seconds=WATCH_SECONDS,
            clock=time.monotonic,
            sleep=time.sleep,
        )
        if is_new:
            return dg.SensorResult(
                run_requests=[dg.RunRequest(run_key=after.run_over)], cursor=after.model_dump_json()
            )
        waiting = "The files are still changing." if after.settling else "No new file."
        return dg.SensorResult(skip_reason=waiting, cursor=after.model_dump_json())

    return new_feed_files


def _health_score_alert(facts: GraphFacts, status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        minimum_interval_seconds=TICK_SECONDS,
        default_status=status,
        description=(
            f"Watches health_score: when it fell below {facts.settings.score.threshold} (or recovered to "
            f"{facts.settings.score.recover}), sends the message that the evaluation recorded, and tries "
            "again what a channel refused."
        ),
    )
    def health_score_alert(context: dg.SensorEvaluationContext, pipeline: Pipeline) -> dg.SensorResult:
        watched = Watched.model_validate_json(context.cursor) if context.cursor else Watched()
        event = _newest_score(context.instance)
        if not is_due(watched, event, datetime.now(UTC)):
            return dg.SensorResult(skip_reason="No new score, and nothing to send again.")
        plan = pipeline.plan()
        if not plan.store.exists():
            return dg.SensorResult(skip_reason="There is no store yet.")
        try:
            results = deliver_alerts(plan, clock=_now, sleep=time.sleep)
            acted = deliver_actions(plan, clock=_now, sleep=time.sleep)
        except StoreError as error:
            return dg.SensorResult(skip_reason=f"Not now: {error}")
        after = remember(event, results, datetime.now(UTC))
        said = "; ".join(f"{each.alert_id} to {each.channel}: {each.state}" for each in results)
        for done in acted:
            context.log.info("%s %s to %s: %s", done.type, done.action_id, done.sink, done.state)
        for failed in (each for each in results if each.state != "sent"):
            context.log.warning("%s to %s: %s", failed.alert_id, failed.channel, failed.last_error)
        return dg.SensorResult(skip_reason=said or "Nothing to send.", cursor=after.model_dump_json())

    return health_score_alert


def _newest_score(instance: dg.DagsterInstance) -> int | None:
    records = instance.fetch_materializations(HEALTH_SCORE, limit=1).records
    return records[0].storage_id if records else None


def _now() -> datetime:
    return datetime.now(UTC)
