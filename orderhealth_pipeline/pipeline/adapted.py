"""Folders of platforms' own files that a run reads besides its feeds.

What belongs here: the adapters of the settings, and which shops they tell of. What does not: reading files
(ingest/adapters).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.declaration import Adapter, read_adapter
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Place


@dataclass(frozen=True)
class Adapted:
    """A folder that an adapter reads, the feeds that it brings, and the zone of its instants."""

    adapter: Adapter
    folder: Path
    feeds: tuple[str, ...]
    zone: ZoneInfo


def adapted_folders(settings: Settings, asked_zone: str | None) -> tuple[Adapted, ...]:
    """Read the adapters of the settings. Raises ConfigurationError, with the place, where one is wrong."""
    found = []
    for number, each in enumerate(settings.adapters):
        try:
            adapter = read_adapter(each.preset, feed_contracts())
            _require_given(adapter, each.feeds)
        except ConfigurationError as error:
            raise settings.blamed(("adapters", number, "preset"), error) from None
        zone = ZoneInfo(each.timezone or asked_zone or adapter.declaration.timezone)
        folder = settings.folder_of(each)
        named = replace(adapter, name=each.called)
        found.append(Adapted(named, folder, each.feeds or adapter.feeds, zone))
    return tuple(found)


def covers_of(settings: Settings) -> dict[str, dict[Place, tuple[str, ...]]]:
    """Say which shops (warehouses, …) each feed tells of, where it does not tell of all.

    A feed that several folders bring tells of what any of them does.
    """
    covers = {feed: dict(source.covers) for feed, source in settings.feed_sources.items() if source.covers}
    for each in settings.adapters:
        if not each.covers:
            continue
        for feed in each.feeds or read_adapter(each.preset, feed_contracts()).feeds:
            known = covers.setdefault(feed, {})
            for place, values in each.covers.items():
                known[place] = tuple(dict.fromkeys([*known.get(place, ()), *values]))
    return covers


def _require_given(adapter: Adapter, feeds: Sequence[str]) -> None:
    others = sorted(set(feeds) - set(adapter.feeds))
    if others:
        raise ConfigurationError(
            Message(
                "the adapter '{name}' gives no {others}; it gives: {feeds}",
                name=adapter.declaration.name,
                others=", ".join(others),
                feeds=", ".join(adapter.feeds),
            )
        )
