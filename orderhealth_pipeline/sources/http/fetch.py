"""Fetching the lists of a platform's API into landing files, a window of time after the other.

What belongs here: the order of the steps. What does not: a single request (client.py), and pages (pages.py).
"""

from __future__ import annotations

import string
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings.sources import HttpSource
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.http.answers import within_place
from orderhealth_pipeline.sources.http.client import Client, Reply
from orderhealth_pipeline.sources.http.description import ListOf, Platform, read_platform
from orderhealth_pipeline.sources.http.pages import walk
from orderhealth_pipeline.sources.http.parcels import with_parcels
from orderhealth_pipeline.sources.http.windows import windows, written
from orderhealth_pipeline.sources.known_rows import KnownRows, known_file, read_known
from orderhealth_pipeline.sources.landing.files import LandingName, abandon, after, unfinished
from orderhealth_pipeline.sources.landing.state import SeriesState
from orderhealth_pipeline.sources.pulled import Fetched, LandedFile, Pull


def fetch_lists(source: HttpSource, asked: Pull) -> Fetched:
    """Read what is new of every list. Windows read before one that fails have landed, and are not read again.

    Raises SourceError where nothing could be read, ConfigurationError where a secret is missing.
    """
    platform = read_platform(source.platform)
    client = client_of(platform, source, asked)
    fetched = Fetched((), asked.state)
    try:
        for name in source.lists or platform.lists:
            form = platform.lists[name]
            if form.each_parcel is not None:
                fetched = with_parcels(client, form, source, asked, name, fetched)
            else:
                fetched = _with_list(client, platform, source, asked, name, fetched)
            if fetched.trouble is not None:
                break
    except BaseException:
        abandon([file.path for file in fetched.files])
        raise
    if fetched.trouble is not None and not fetched.files:
        raise SourceError(fetched.trouble)
    skew = client.skew.total_seconds()
    return replace(fetched, state=fetched.state.model_copy(update={"skew_seconds": skew}))


def client_of(platform: Platform, source: HttpSource, asked: Pull) -> Client:
    """Return a client for a source. Raises ConfigurationError where a secret or the address is missing."""
    secrets = {name: secret.get_secret_value() for name, secret in source.secrets.items()}
    base = source.base.get_secret_value() if source.base else platform.base or ""
    needed = [*platform.secrets, *(name for _, name, _, _ in string.Formatter().parse(base) if name)]
    missing = [name for name in dict.fromkeys(needed) if not secrets.get(name)]
    if missing:
        raise ConfigurationError(
            Message(
                "{source}: the platform {platform} needs secrets: {missing}",
                source=asked.source,
                platform=source.platform,
                missing=", ".join(missing),
            )
        )
    if not base:
        raise ConfigurationError(
            Message("{source}: say the address of the platform with `base`", source=asked.source)
        )
    for name in source.lists:
        if name not in platform.lists:
            raise ConfigurationError(
                Message(
                    "{source}: there is no list '{name}'; there are: {known}",
                    source=asked.source,
                    name=name,
                    known=", ".join(platform.lists),
                )
            )
    return Client(
        platform,
        base.format_map(secrets).rstrip("/"),
        secrets,
        source.tries,
        asked.now,
        time.monotonic,
        asked.sleep,
        timedelta(seconds=asked.state.skew_seconds),
    )


def ask_once(client: Client, platform: Platform, name: str) -> None:
    """Ask for the first page of a list over its newest window. Raises SourceError."""
    form = platform.lists[name]
    spans = (
        []
        if form.window is None
        else list(windows(form.window, None, now=client.instant, since=None, overlap=None))
    )
    for _ in walk(form, _params(form, platform, spans[-1] if spans else None), _asking(client, form)):
        return


def _with_list(
    client: Client, platform: Platform, source: HttpSource, asked: Pull, name: str, fetched: Fetched
) -> Fetched:
    form, before = platform.lists[name], asked.state.of(name)
    earlier = read_known(known_file(asked.folder, asked.source, name)) if asked.since is None else frozenset()
    known = KnownRows(earlier)
    at = after(asked.now, before.newest)
    path = asked.folder / LandingName(name, at, asked.source, "jsonl").file
    # The platform's clock counts: it is learnt from the first answer.
    reached, trouble = before.watermark, None
    since = asked.since or (source.since if before.watermark is None else None)
    with unfinished(path) as stream:
        for span in _spans(client, form, before, since, source):
            try:
                for page in walk(form, _params(form, platform, span), _asking(client, form)):
                    new = [text.decode() for text in known.new_of(text.encode() for text in page)]
                    if new:
                        stream.write(within_place(new, form.records).encode())
            except SourceError as error:
                trouble = error.args[0]
                break
            if span is not None:
                reached = min(span[1], client.instant()).isoformat()
    changes: dict[str, Any] = {"watermark": reached}
    files = fetched.files
    if known.new:
        files = (*files, LandedFile(name, path, known.new, reached))
        changes |= {"newest": at, "rows": before.rows + known.new}
    else:
        abandon([path])
    state = fetched.state.with_series(name, before.model_copy(update=changes))
    memory = {**fetched.memory, known_file(asked.folder, asked.source, name): known.content()}
    return Fetched(files, state, memory, trouble)


def _spans(
    client: Client, form: ListOf, before: SeriesState, since: datetime | None, source: HttpSource
) -> Iterator[tuple[datetime, datetime] | None]:
    if form.window is None:
        yield None
        return
    watermark = None if before.watermark is None else datetime.fromisoformat(before.watermark)
    yield from windows(form.window, watermark, now=client.instant, since=since, overlap=source.overlap)


def _asking(client: Client, form: ListOf) -> Any:
    def ask(params: Mapping[str, Any], url: str | None) -> Reply:
        return client.ask(form.method, form.path, params, url)

    return ask


def _params(form: ListOf, platform: Platform, span: tuple[datetime, datetime] | None) -> dict[str, Any]:
    params = dict(form.params)
    if form.window is not None and span is not None:
        zone = ZoneInfo(platform.zone)
        params[form.window.begin] = written(span[0], form.window.form, zone)
        if form.window.end is not None:
            params[form.window.end] = written(span[1], form.window.form, zone)
    return params
