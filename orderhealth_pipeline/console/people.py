"""Who asks, and what they may do: the one place that a request passes before it reaches a page.

What belongs here: persons and the gate. What does not: which verb a page needs (registry.py), which verbs a
role has (access/roles.yml), and accounts (access/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from starlette.requests import Request

from orderhealth_pipeline.console.access.roles import VERBS, Verb
from orderhealth_pipeline.desk.accounts.audit import Deed

Via = Literal["session", "token", "machine"]


@dataclass(frozen=True)
class Person:
    """Somebody who is let in: how they stand in the desk, and what they may do.

    `via` says how the request shows who it is: by a cookie, by a token of a program, or by coming from this
    machine while there is no account. `form_token` has to be in what is sent to change anything.
    """

    name: str
    verbs: frozenset[Verb] = field(default=VERBS)
    title: str = ""
    role: str = ""
    via: Via = "session"
    form_token: str = ""

    def may(self, verb: Verb) -> bool:
        """Say whether the person may do it."""
        return verb in self.verbs


class Gate(Protocol):
    """Tells who asks; `sign_in` is the address of the page to sign in at, null where there is none."""

    sign_in: str | None

    def who(self, request: Request) -> Person | None:
        """Return the person who asks, or None where nobody is signed in."""
        ...

    def write(self, deed: Deed) -> None:
        """Write into the audit log what a person did."""
        ...

    def titles(self) -> Mapping[str, str]:
        """Return what people are called, by the names of their accounts."""
        ...

    def looked(self, person: Person, what: str, value: str) -> None:
        """Write down that a person looked at something, such as an `order`."""
        ...
