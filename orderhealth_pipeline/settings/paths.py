"""Relative paths of the configuration, made absolute from the folder that its file lies in.

What belongs here: which settings are paths. What does not: the settings (configuration.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from orderhealth_pipeline.respond.channel_settings import AnyChannel, EmailSettings, FileSettings
from orderhealth_pipeline.settings.feeds import AdaptedFolder, FeedSource
from orderhealth_pipeline.settings.sources import AnySource, FilesSource

if TYPE_CHECKING:
    from orderhealth_pipeline.settings.configuration import Settings


def anchored(settings: Settings, home: Path) -> dict[str, Any]:
    """Return what changes where relative paths become absolute, from the folder of the configuration."""
    # Where adapters are named and no feeds are, there is no folder of feeds.
    has_feeds = "feeds" in settings.model_fields_set or not settings.adapters
    feeds = settings.feeds if has_feeds else {}
    anchored_feeds: Path | dict[str, FeedSource] = (
        home / feeds
        if isinstance(feeds, Path)
        else {
            feed: source.model_copy(update={"path": source.path and home / source.path})
            for feed, source in feeds.items()
        }
    )
    channels = tuple(_anchored_channel(channel, home) for channel in settings.channels)
    return {
        "store": home / settings.store,
        "desk": _anchored_desk(settings.desk, home),
        "expectations": home / settings.expectations,
        "feeds": anchored_feeds,
        "adapters": tuple(_anchored_adapter(adapter, home) for adapter in settings.adapters),
        "report": settings.report.anchored(home),
        "channels": channels,
        "console": settings.console.anchored(home),
        "sinks": {
            name: sink.model_copy(update={"path": home / sink.path}) if sink.path else sink
            for name, sink in settings.sinks.items()
        },
        "own_adapters": home / settings.own_adapters,
        "sources": {name: _anchored_source(source, home) for name, source in settings.sources.items()},
    }


def _anchored_adapter(adapter: AdaptedFolder, home: Path) -> AdaptedFolder:
    own = home / adapter.preset
    preset = str(own) if (own / "adapter.yml").is_file() else adapter.preset
    path = adapter.path and home / adapter.path
    return adapter.model_copy(update={"preset": preset, "path": path, "name": adapter.called})


def _anchored_desk(desk: SecretStr | None, home: Path) -> SecretStr | None:
    is_file = desk is not None and "://" not in desk.get_secret_value()
    return SecretStr(str(home / desk.get_secret_value())) if desk and is_file else desk


def _anchored_channel(channel: AnyChannel, home: Path) -> AnyChannel:
    if isinstance(channel, FileSettings):
        return channel.model_copy(update={"path": home / channel.path})
    if isinstance(channel, EmailSettings) and channel.ca_file is not None:
        return channel.model_copy(update={"ca_file": home / channel.ca_file})
    return channel


def _anchored_source(source: AnySource, home: Path) -> AnySource:
    names = ("landing", "private_key", "known_hosts")
    paths = {name: home / getattr(source, name) for name in names if getattr(source, name, None) is not None}
    if isinstance(source, FilesSource) and "://" not in (folder := source.url.get_secret_value()):
        paths["url"] = SecretStr(str(home / folder))
    return source.model_copy(update=paths)
