"""Looking at one source without fetching: can it be reached, and will it be read well.

What belongs here: choosing the look by type. What does not: the looks themselves.
"""

from __future__ import annotations

import time
from datetime import datetime

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.sources import CANONICAL, FilesSource, HttpSource, SqlSource
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.files.fetch import look_at_files
from orderhealth_pipeline.sources.http.check import check_lists
from orderhealth_pipeline.sources.landing.state import SourceState, read_state
from orderhealth_pipeline.sources.pulled import Pull
from orderhealth_pipeline.sources.remarks import Remark
from orderhealth_pipeline.sources.sql.check import check_tables


def check_source(settings: Settings, name: str, now: datetime) -> list[Remark]:
    """Say what is well, doubtful and wrong with a source; nothing is fetched or written."""
    source = settings.sources[name]
    remarks = [*_not_read(settings, name), *_failing(settings, name)]
    try:
        if isinstance(source, SqlSource):
            required = {
                feed: contract.required
                for feed, contract in feed_contracts().items()
                if source.adapter == CANONICAL
            }
            remarks += check_tables(source, required, now)
        if isinstance(source, HttpSource):
            landing, store = settings.landing_of(name), settings.store
            remarks += check_lists(source, Pull(name, landing, SourceState(), now, time.sleep, store=store))
        if isinstance(source, FilesSource):
            remarks += look_at_files(source, now)
    except SourceError as error:
        remarks.append(Remark("wrong", error.args[0]))
    return remarks


def _not_read(settings: Settings, name: str) -> list[Remark]:
    """Say where no feed is read from the landing folder: then everything is fetched for nothing."""
    folder = settings.landing_of(name)
    if any(given.path == folder for given in settings.feed_sources.values()):
        return []
    said = Message("no feed is read from it: say `feeds: {{<feed>: {{source: {name}}}}}`", name=name)
    return [Remark("warning", said)]


def _failing(settings: Settings, name: str) -> list[Remark]:
    state = read_state(settings.landing_of(name), name)
    if state.failing_since is None:
        return []
    said = Message(
        "the last pull failed, as all have since {since}: {trouble}",
        since=f"{state.failing_since:%Y-%m-%dT%H:%M:%SZ}",
        trouble=state.trouble,
    )
    return [Remark("warning", said)]
