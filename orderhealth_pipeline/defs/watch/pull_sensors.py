"""The sensor that lets sources be pulled, each by its own clock.

What belongs here: ticks. What does not: deciding (pull_watch.py), and pulling (defs/sources.py).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import dagster as dg

from orderhealth_pipeline.defs.configuration import GraphFacts
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.sources import pull_job, pulled_sources
from orderhealth_pipeline.defs.watch.pull_watch import is_due
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.sources import Pulled, PushSource
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.landing.state import read_state

_TICK_SECONDS: Final = 15


def build_pull_sensors(
    facts: GraphFacts, jobs: list[dg.UnresolvedAssetJobDefinition]
) -> list[dg.SensorDefinition]:
    """Build the sensor, where there is a source to pull."""
    if not jobs:
        return []
    status = dg.DefaultSensorStatus.RUNNING if facts.is_configured else dg.DefaultSensorStatus.STOPPED

    @dg.sensor(
        jobs=jobs,
        minimum_interval_seconds=_TICK_SECONDS,
        default_status=status,
        description="Pulls each source when its `every` has passed, and less often while it fails.",
    )
    def pull_sources(pipeline: Pipeline) -> dg.SensorResult:
        settings, now = pipeline.settings(), datetime.now(UTC)
        known = set(pulled_sources(facts.settings))
        due = [name for name in pulled_sources(settings) if name in known and _is_due(settings, name, now)]
        if not due:
            return dg.SensorResult(skip_reason="No source is due.")
        # One run a source and span of its clock, though a run may start late.
        requests = [
            dg.RunRequest(run_key=f"{name}-{_span(settings, name, now)}", job_name=pull_job(name))
            for name in due
        ]
        return dg.SensorResult(run_requests=requests)

    return [pull_sources]


def _is_due(settings: Settings, name: str, now: datetime) -> bool:
    try:
        state = read_state(settings.landing_of(name), name)
    except SourceError:
        return True
    return is_due(state, _pulled(settings, name).every, now)


def _span(settings: Settings, name: str, now: datetime) -> int:
    return int(now.timestamp() // _pulled(settings, name).every.total_seconds())


def _pulled(settings: Settings, name: str) -> Pulled:
    source = settings.sources[name]
    if isinstance(source, PushSource):
        raise TypeError(name)
    return source
