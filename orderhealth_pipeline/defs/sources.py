"""One asset per source that is pulled: rows, watermark, lag and rejected rows, and the job of each.

What belongs here: what the UI says and plots of a source. What does not: fetching (sources/), and when
(watch/pull_watch.py).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import dagster as dg

from orderhealth_pipeline.defs.configuration import GraphFacts
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.running import readable_mistakes
from orderhealth_pipeline.pipeline.source_rejections import rejected_of_source
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.sources import PushSource
from orderhealth_pipeline.sources.pull import pull_source
from orderhealth_pipeline.sources.pulled import PullResult

SOURCES: Final = "sources"


def pulled_sources(settings: Settings) -> list[str]:
    """Name the sources that are pulled; others are pushed to."""
    return [name for name, source in settings.sources.items() if not isinstance(source, PushSource)]


def source_key(name: str) -> dg.AssetKey:
    """Return the asset of a source."""
    return dg.AssetKey([SOURCES, name])


def pull_job(name: str) -> str:
    """Name the job that pulls a source: a job each, so that the trouble of one hides no other's."""
    return f"pull_{name}"


def source_assets(facts: GraphFacts) -> list[dg.AssetsDefinition]:
    """Build one asset per source."""
    return [_source_asset(name, facts.settings) for name in pulled_sources(facts.settings)]


def source_jobs(facts: GraphFacts) -> list[Any]:
    """Build one job per source."""
    return [
        dg.define_asset_job(
            pull_job(name),
            selection=dg.AssetSelection.assets(source_key(name)),
            description=f"Fetches what is new of the source {name} into landing files.",
            executor_def=dg.in_process_executor,
        )
        for name in pulled_sources(facts.settings)
    ]


def _source_asset(name: str, settings: Settings) -> dg.AssetsDefinition:
    kind = settings.sources[name].type

    @dg.asset(
        key=source_key(name),
        group_name=SOURCES,
        kinds={kind},
        description=(
            f"What was fetched of the source **{name}** ({kind}) into landing files, which the feeds read. A "
            "source that fails is told once, and stops no other; its feeds become stale."
        ),
    )
    def pull(pipeline: Pipeline) -> dg.MaterializeResult[None]:
        context = dg.AssetExecutionContext.get()
        with readable_mistakes():
            current = pipeline.settings()
            result = pull_source(current, name, now=datetime.now(UTC), sleep=time.sleep)
        if result.trouble is not None:
            if result.is_new_trouble:
                raise dg.Failure(f"{name}: {result.trouble}", allow_retries=False)
            context.log.warning("%s: %s (since %s)", name, result.trouble, result.failing_since)
        return dg.MaterializeResult(metadata=pull_metadata(result, rejected_of_source(current.store, name)))

    return pull


def pull_metadata(result: PullResult, rejected_rows: int) -> Mapping[str, Any]:
    """Return what the UI plots of a pull; the lag is that of the series that is furthest behind."""
    lags = [seconds for mark in result.watermarks.values() if (seconds := _lag(mark, result.at)) is not None]
    return {
        "rows": result.rows,
        "files": len(result.files),
        "rejected_rows": rejected_rows,
        "is_failing": int(result.trouble is not None),
        **({"lag_minutes": round(max(lags) / 60, 1)} if lags else {}),
        **{f"watermark_{series}": mark for series, mark in result.watermarks.items() if mark is not None},
    }


def _lag(watermark: str | None, now: datetime) -> float | None:
    """Return the seconds between a watermark that is an instant and now; null for any other."""
    try:
        instant = datetime.fromisoformat(watermark or "")
    except ValueError:
        return None
    if instant.tzinfo is None:
        return None
    return max((now - instant).total_seconds(), 0.0)
