"""What each type of action is, read from types.yml.

What belongs here: the shape of that file. What does not: which rule asks for which action (expectations/),
and where actions go (settings.py).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, get_args

from orderhealth_pipeline.words import Response, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

ActionType = Literal[Response, "release_hold"]
Fact = Literal["order", "receiver", "lines", "parcels", "payments"]

ACTION_TYPES: Final[tuple[ActionType, ...]] = get_args(ActionType)


class Sign(FrozenModel):
    """A later record that shows that an action happened: any with a value in `column`, or one of some."""

    feed: str
    column: str
    at: str
    is_one_of: tuple[str, ...] = ()
    is_not_one_of: tuple[str, ...] = ()


class TypeDeclaration(FrozenModel):
    """One type. What is `is_own` the program does itself, so it goes to a sink only where one is named."""

    title: Text
    is_own: bool = False
    facts: tuple[Fact, ...] = ("order",)
    expires_after_hours: int | None = None
    ended_by: ActionType | None = None
    by_receipt: bool = False
    confirmed_by: tuple[Sign, ...] = ()


class ActionTypes(FrozenModel):
    """All of them; `watched_days` after it was sent an action is no longer looked for in the feeds."""

    watched_days: int
    types: dict[ActionType, TypeDeclaration]


@lru_cache(maxsize=1)
def read_types() -> ActionTypes:
    """Read types.yml."""
    return read_model(Path(__file__).with_name("types.yml"), ActionTypes)


def declaration(kind: ActionType) -> TypeDeclaration:
    """Return what a type is."""
    return read_types().types[kind]
