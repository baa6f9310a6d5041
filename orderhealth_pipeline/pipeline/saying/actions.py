"""Saying something of actions: approving, rejecting, owning them; stopping all and letting them go on.

What belongs here: of which actions what can be said. What does not: what follows for an action
(respond/actions/), and how the answer reads (commands/, console/).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.actions.look import ActionRow, find_actions
from orderhealth_pipeline.pipeline.saying.speech import Saying
from orderhealth_pipeline.said import Said
from orderhealth_pipeline.settings import Settings

ActionWord = Literal["action_approved", "action_rejected", "action_owned"]

STATES: Final[dict[ActionWord, tuple[str, ...]]] = {
    "action_approved": ("proposed", "approved", "unknown"),
    "action_rejected": ("proposed", "approved", "unknown"),
    "action_owned": ("proposed", "approved", "sent", "confirmed", "unknown"),
}
"""In which states each word can be said of an action."""


def say_of_actions(
    said: Saying, kind: ActionWord, action_ids: Sequence[str], until: datetime | None = None
) -> list[Said]:
    """Say a word about each of some actions, all or none. Raises ConfigurationError."""
    known = {each.action_id: each for each in find_actions(said.settings, action_ids)}
    for action_id in action_ids:
        _require(said.settings, known.get(action_id), action_id, STATES[kind])
    words = [
        Said(kind, said.who, said.why, said.at, "action", action_id, known[action_id].rule_id, until)
        for action_id in dict.fromkeys(action_ids)
    ]
    return Desk(said.settings.desk_address).say(*words)


def _require(settings: Settings, row: ActionRow | None, action_id: str, states: Sequence[str]) -> None:
    if row is None:
        raise ConfigurationError(
            Message(
                "there is no action '{action_id}'; `orderhealth actions list` has all", action_id=action_id
            )
        )
    if row.state not in states:
        raise ConfigurationError(
            Message(
                "action {action_id} is {state}: only {states} can be said this of",
                action_id=action_id,
                state=row.state,
                states=", ".join(states),
            )
        )
    if row.type not in settings.actions.by_type:
        raise ConfigurationError(
            Message(
                "actions of type {type} go nowhere: name a sink in the configuration, actions.{type}",
                type=row.type,
            )
        )
