"""The table of roles and verbs: what each role may do.

What belongs here: reading roles.yml. What does not: which verb a page or a call of the API needs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal, Self, get_args

from pydantic import model_validator

from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

Role = Literal["viewer", "operator", "manager", "admin"]
Verb = Literal["look", "unmask", "handle", "approve", "report_outcomes", "change_rules", "manage_people"]

ROLES: Final[tuple[Role, ...]] = get_args(Role)
VERBS: Final[frozenset[Verb]] = frozenset(get_args(Verb))

_FILE: Final = Path(__file__).with_name("roles.yml")


class VerbDeclaration(FrozenModel):
    """What a verb is called, and the roles that may do it."""

    title: Text
    roles: tuple[Role, ...]


class RoleTable(FrozenModel):
    """All roles and verbs."""

    roles: dict[Role, Text]
    verbs: dict[Verb, VerbDeclaration]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if set(self.roles) != set(ROLES) or set(self.verbs) != VERBS:
            raise ValueError("every role and every verb is expected once")
        return self


@cache
def role_table() -> RoleTable:
    """Return the table."""
    return read_model(_FILE, RoleTable)


def verbs_of(role: str) -> frozenset[Verb]:
    """Return what a role may do: nothing for a role that the table does not know."""
    return frozenset(verb for verb, declared in role_table().verbs.items() if role in declared.roles)
