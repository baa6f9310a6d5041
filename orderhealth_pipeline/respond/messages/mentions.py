"""Whom a message names on a channel: the people of the role that it is for.

What belongs here: choosing them. What does not: a platform's way of naming somebody (channels/), and who they
are (expectations/owners.yml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.report.notice import Notice
from orderhealth_pipeline.respond.channel_settings import ChannelSettings
from orderhealth_pipeline.respond.policy.facts import CASES
from orderhealth_pipeline.rules.owners import Role

EVERYBODY: Final = "all"
"""Everybody in the group."""

_PHONE: Final = re.compile(r"\+?\d{7,15}")
_CALLING: Final = frozenset({"breach", "worse", "reminder", "cases", "source"})
"""The messages after which somebody has something to do; the others wake nobody."""


@dataclass(frozen=True)
class Mentions:
    """The roles, by name, whose people messages may name."""

    roles: Mapping[str, Role] = field(default_factory=dict)

    def of(self, message: Message, channel: ChannelSettings) -> tuple[str, ...]:
        """Return the people whom a message names on a channel, as its platform knows them, each once."""
        if message.kind not in _CALLING:
            return ()
        return tuple(
            dict.fromkeys(person for role in self._roles(message) for person in _people(role, channel))
        )

    def _roles(self, message: Message) -> Iterator[Role]:
        """A message about cases is for their role, the others are for the roles that ask for them."""
        if isinstance(message, Notice) and message.subject.startswith(CASES):
            role = self.roles.get(message.subject.removeprefix(CASES))
            yield from () if role is None else (role,)
        else:
            asked = "score" if isinstance(message, AlertMessage) else "sources"
            yield from (role for role in self.roles.values() if asked in role.asks)


def _people(role: Role, channel: ChannelSettings) -> Iterator[str]:
    for place in role.places:
        if channel.name in place.channels:
            yield from next((people for kind, people in place.mentions.items() if kind == channel.type), ())
    if channel.name in role.channels:
        yield from next((people for kind, people in role.mentions.items() if kind == channel.type), ())


def is_phone(person: str) -> bool:
    """Say whether somebody is named by a phone number, and not by a user id."""
    return _PHONE.fullmatch(person) is not None


NOBODY_IS_NAMED: Final = Mentions()
