"""What one part of the configuration names of another: sinks of actions, sources of feeds.

What belongs here: that what is named is there. What does not: the parts themselves (configuration.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.yaml_files import Keys

if TYPE_CHECKING:
    from orderhealth_pipeline.settings.configuration import Settings


def require_references(settings: Settings) -> None:
    """Raise ConfigurationError, with file and line, where a part names what is not there."""
    _require_sinks(settings)
    _require_sources(settings)


def _require_sinks(settings: Settings) -> None:
    """Raise ConfigurationError where an action goes to a sink that is not there."""
    for kind, sink in settings.actions.named_sinks.items():
        if sink not in settings.sinks:
            known = ", ".join(settings.sinks) or "-"
            reason = Message("there is no sink '{name}'; there are: {known}", name=sink, known=known)
            raise settings.blamed(("actions", kind, "sink"), ConfigurationError(reason))


def _require_sources(settings: Settings) -> None:
    """Raise ConfigurationError where a feed or an adapter's folder comes from a source that is not there."""
    feeds = settings.feeds.items() if isinstance(settings.feeds, dict) else ()
    named: dict[Keys, str | None] = {("feeds", feed, "source"): given.source for feed, given in feeds}
    named |= {("adapters", number, "source"): each.source for number, each in enumerate(settings.adapters)}
    for keys, name in named.items():
        if name is not None and name not in settings.sources:
            known = ", ".join(settings.sources) or "-"
            reason = Message("there is no source '{name}'; there are: {known}", name=name, known=known)
            raise settings.blamed(keys, ConfigurationError(reason))
