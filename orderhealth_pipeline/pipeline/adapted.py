"""Folders of platforms' own files that a run reads besides its feeds.

What belongs here: the adapters of the settings, those that are found by themselves, and which shops they tell
of. What does not: reading files (ingest/adapters).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.adapters.declaration import Adapter, read_adapter
from orderhealth_pipeline.ingest.adapters.sources import files_of
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Place


@dataclass(frozen=True)
class Adapted:
    """A folder that an adapter reads, the feeds that it brings, and the zone of its instants.

    Where nobody `is_asked` for it, because the adapter was found by itself, the folder need have no file of
    its.
    """

    adapter: Adapter
    folder: Path
    feeds: tuple[str, ...]
    zone: ZoneInfo
    is_asked: bool = True

    @property
    def is_there(self) -> bool:
        """Say whether there is anything to read, or to miss."""
        return self.is_asked or bool(files_of(self.adapter, self.folder))


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


def found_adapters(
    settings: Settings, asked_zone: str | None, folder: Path | None = None
) -> tuple[Adapted, ...]:
    """Read the adapters that lie in the project, and that nobody named; each reads the files that come in.

    `folder` has these files, where it is another than `incoming_folder`. Raises ConfigurationError.
    """
    found = []
    files = folder or incoming_folder(settings)
    for home in _own_folders(settings):
        adapter = read_adapter(str(home), feed_contracts())
        adapter = replace(adapter, name=home.name, leaves=_feed_files_in(files))
        zone = ZoneInfo(asked_zone or adapter.declaration.timezone)
        found.append(Adapted(adapter, files, adapter.feeds, zone, is_asked=False))
    return tuple(found)


def incoming_folder(settings: Settings) -> Path:
    """Return where files of adapters that are found by themselves lie: among the feeds, if in one folder."""
    return settings.feeds if isinstance(settings.feeds, Path) else settings.store.parent / "landing" / "files"


def _feed_files_in(folder: Path) -> frozenset[Path]:
    """Return the files that are feeds by their names already."""
    if not folder.is_dir():
        return frozenset()
    return frozenset(file.path for feed in feed_contracts() for file in feed_files(folder, feed))


def _own_folders(settings: Settings) -> Iterator[Path]:
    named = {Path(each.preset).resolve() for each in settings.adapters}
    named |= {Path(source.adapter).resolve() for source in settings.feed_sources.values()}
    taken = {each.called for each in settings.adapters}
    for declared in sorted(settings.own_adapters.glob("*/adapter.yml")):
        home = declared.parent
        if home.resolve() not in named and home.name not in taken:
            yield home


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
