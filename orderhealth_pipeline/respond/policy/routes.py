"""Who asks for what: channels, and the roles that they belong to.

What belongs here: the shapes, and who hears of the score and the sources. What does not: the files that say
so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orderhealth_pipeline.words import SEVERITIES, Severity, Stage


@dataclass(frozen=True)
class ChannelRoute:
    """A channel, and what it wants to hear of: from a severity on, of some stages (none: of all)."""

    name: str
    min_severity: Severity = "low"
    stages: tuple[Stage, ...] = ()

    @property
    def wants_all(self) -> bool:
        """Say whether it has no filter."""
        return self.min_severity == SEVERITIES[0] and not self.stages

    def wants(self, stage: Stage, severity: Severity) -> bool:
        """Say whether it wants to hear of something of a stage and a severity."""
        is_severe = SEVERITIES.index(severity) >= SEVERITIES.index(self.min_severity)
        return is_severe and (not self.stages or stage in self.stages)


@dataclass(frozen=True)
class RoleRoute:
    """A role, the channels that its cases go to, and whether it asks for the score and the sources too.

    `places` are the channels of the cases of single places, by kind of place and name.
    """

    name: str
    channels: tuple[str, ...] = ()
    asks_for_score: bool = False
    asks_for_sources: bool = False
    places: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def tells(self, channel: str, place: tuple[str, str]) -> bool:
        """Say whether a channel is told of the cases of a place, such as ("warehouse", "GZ").

        Those of a place of its own go to that place's channels alone, all others to those of the role.
        """
        return channel in self.places.get(place, self.channels)


@dataclass(frozen=True)
class Routes:
    """All channels, and all roles by name."""

    channels: tuple[ChannelRoute, ...] = ()
    roles: Mapping[str, RoleRoute] = field(default_factory=dict)

    def channels_of(self, role: str) -> list[ChannelRoute]:
        """Return the channels of a role's cases."""
        route = self.roles.get(role)
        if route is None:
            return []
        named = {*route.channels, *(channel for some in route.places.values() for channel in some)}
        return [each for each in self.channels if each.name in named]

    def hearing(self, what: str) -> dict[str, str | None]:
        """Return the channels that hear of the `score` or the `sources`, each with the role that asks for it.

        A channel that belongs to no role hears of both; one of a role hears of what the role asks for, or of
        everything where no role asks for it.
        """
        asking = {
            name: role
            for name, role in self.roles.items()
            if (role.asks_for_score if what == "score" else role.asks_for_sources)
        }
        taken = {channel for role in self.roles.values() for channel in role.channels} if asking else set()
        # The channel of one place hears of that place's cases, and of nothing else.
        taken |= {
            channel for role in self.roles.values() for some in role.places.values() for channel in some
        }
        by_channel = {channel: name for name, role in asking.items() for channel in role.channels}
        return {
            each.name: by_channel.get(each.name)
            for each in self.channels
            if each.name in by_channel or each.name not in taken
        }
