"""Who asks, and what they may do: the one place that a request passes before it reaches a page.

What belongs here: persons, verbs, and the gate. What does not: which verb a page needs (registry.py).

How to put sign-in behind it: make a class with the method of `Gate`, and hand it to `create_app(gate=…)`.
`who` sees every request to a registered page and to the events, and returns the person, or None where nobody
is signed in. For None the visitor is sent to `Gate.sign_in` with the address they came from, for a person
without the verb the answer is 403. Static files, `/healthz` and `/metrics` are asked for without a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, get_args

from starlette.requests import Request

Verb = Literal["look", "handle", "change_rules", "manage_people"]
"""To read, masked; cases, verdicts, snoozes, approvals; rules, calendar, word mappings; people and audit."""

VERBS: Final[frozenset[Verb]] = frozenset(get_args(Verb))
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost", "testclient")


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in: how they stand in the desk, and what they may do."""

    name: str
    verbs: frozenset[Verb] = field(default=VERBS)

    def may(self, verb: Verb) -> bool:
        """Say whether the person may do it."""
        return verb in self.verbs


class Gate(Protocol):
    """Tells who asks; `sign_in` is the address of the page to sign in at, null where there is none."""

    sign_in: str | None

    def who(self, request: Request) -> Person | None:
        """Return the person who asks, or None where nobody is signed in."""
        ...


class LoopbackGate:
    """Everybody at this machine is its administrator, and nobody else gets in."""

    sign_in: str | None = None

    def who(self, request: Request) -> Person | None:
        """Return the administrator for a request from this machine."""
        is_local = request.client is not None and request.client.host in _LOOPBACK
        return Person("admin") if is_local else None
