"""Pulling sources: each by itself, whole or not at all, so that one that fails stops no other.

What belongs here: the order of the steps, and what is remembered of a failure. What does not: how a type of
source is read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.sources import AnySource, FilesSource, HttpSource, PushSource, SqlSource
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.files.fetch import fetch_files
from orderhealth_pipeline.sources.http.fetch import fetch_lists
from orderhealth_pipeline.sources.landing.files import abandon, clear_leftovers, finish, write_whole
from orderhealth_pipeline.sources.landing.retention import keep_or_hide
from orderhealth_pipeline.sources.landing.state import SourceState, locked, read_state, write_state
from orderhealth_pipeline.sources.pulled import Fetched, Pull, PullResult
from orderhealth_pipeline.sources.sql.fetch import fetch_tables

_LOG: Final = logging.getLogger(__name__)


def named(settings: Settings, names: Sequence[str]) -> list[str]:
    """Return the sources that are named, or all. Raises ConfigurationError where one does not exist."""
    for name in names:
        if name not in settings.sources:
            known = ", ".join(settings.sources) or "-"
            raise ConfigurationError(
                Message("there is no source '{name}'; there are: {known}", name=name, known=known)
            )
    return list(dict.fromkeys(names)) or list(settings.sources)


def chosen(settings: Settings, names: Sequence[str]) -> list[str]:
    """Return the sources that are meant: those named, else all that can be pulled.

    Raises ConfigurationError for a name that is no source, and for one that is only pushed to.
    """
    asked = named(settings, names) if names else []
    for name in asked:
        if isinstance(settings.sources[name], PushSource):
            raise ConfigurationError(
                Message("'{name}' is pushed to by its platform; there is nothing to pull", name=name)
            )
    return asked or [name for name, source in settings.sources.items() if not isinstance(source, PushSource)]


def pull_source(
    settings: Settings,
    name: str,
    *,
    now: datetime,
    since: datetime | None = None,
    sleep: Callable[[float], None],
) -> PullResult:
    """Fetch what is new of one source into its landing folder; a source that fails is a result, no error."""
    folder, source = settings.landing_of(name), settings.sources[name]
    with locked(folder, name) as is_ours:
        if not is_ours:
            return PullResult(name, now, is_busy=True)
        clear_leftovers(folder, name)
        try:
            before = read_state(folder, name)
        except SourceError as error:
            return _failed(name, now, SourceState(), error)
        asked = Pull(name, folder, before, now, sleep, since, source.privacy, settings.store)
        try:
            fetched = _fetch(source, asked)
        except SourceError as error:
            result = _failed(name, now, before, error)
            failed = {"tried_at": now, "failing_since": result.failing_since, "trouble": str(error)}
            write_state(folder, name, before.model_copy(update=failed))
            return result
        return _landed(asked, fetched)


def tidy_pushed(settings: Settings, now: datetime) -> None:
    """Hide people in old landing files of sources that are pushed to, and take the oldest away."""
    for name, source in settings.sources.items():
        if not isinstance(source, PushSource):
            continue
        folder = settings.landing_of(name)
        try:
            state = read_state(folder, name)
        except SourceError as error:
            _LOG.warning("%s", error)
            continue
        until = keep_or_hide(folder, name, source.privacy, now, state.masked_until)
        if until != state.masked_until:
            write_state(folder, name, state.model_copy(update={"masked_until": until}))


def _fetch(source: AnySource, asked: Pull) -> Fetched:
    if isinstance(source, SqlSource):
        keys = {feed: contract.key for feed, contract in feed_contracts().items()}
        return fetch_tables(source, asked, keys)
    if isinstance(source, HttpSource):
        return fetch_lists(source, asked)
    if isinstance(source, FilesSource):
        return fetch_files(source, asked)
    raise AssertionError(source.type)


def _landed(asked: Pull, fetched: Fetched) -> PullResult:
    """Give the files their names, and only then remember how far the source was read.

    A crash between the two reads the same rows once more, and the store knows them.
    """
    paths = [file.path for file in fetched.files]
    try:
        finish(paths)
    except OSError:
        abandon(paths)
        raise
    for file, content in fetched.memory.items():
        write_whole(file, content)
    earlier, is_well = asked.state.failing_since, fetched.trouble is None
    privacy = asked.privacy
    masked_until = keep_or_hide(asked.folder, asked.source, privacy, asked.now, asked.state.masked_until)
    changes = {
        "masked_until": masked_until,
        "tried_at": asked.now,
        "pulled_at": asked.now if is_well else asked.state.pulled_at,
        "failing_since": None if is_well else earlier or asked.now,
        "trouble": None if is_well else str(fetched.trouble),
    }
    state = fetched.state.model_copy(update=changes)
    write_state(asked.folder, asked.source, state)
    for landed in fetched.files:
        _LOG.info("%s: %d rows of %s in %s", asked.source, landed.rows, landed.series, landed.path.name)
    return PullResult(
        asked.source,
        asked.now,
        fetched.files,
        trouble=fetched.trouble,
        is_new_trouble=not is_well and earlier is None,
        failing_since=state.failing_since,
        has_recovered=is_well and earlier is not None,
        watermarks={series: each.watermark for series, each in state.series.items()},
    )


def _failed(name: str, now: datetime, before: SourceState, error: SourceError) -> PullResult:
    return PullResult(
        name,
        now,
        trouble=error.args[0],
        is_new_trouble=before.failing_since is None,
        failing_since=before.failing_since or now,
        watermarks={series: each.watermark for series, each in before.series.items()},
    )
