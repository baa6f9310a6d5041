"""Who may do what at one merchant of a fleet: accounts of the fleet, with a role per merchant.

What belongs here: from an account to what it may do here. What does not: signing in (console/access), and
which merchant is asked for (console_app.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from starlette.requests import Request

from orderhealth_pipeline.console.access.cross_site import form_token_of
from orderhealth_pipeline.console.access.gate import AccountGate
from orderhealth_pipeline.console.access.roles import Role, Verb, verbs_of
from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.desk.accounts.audit import Deed
from orderhealth_pipeline.settings.console import ConsoleSettings

EVERY: Final = "*"
"""In the table of access: any merchant."""

_OF_THE_FLEET: Final[frozenset[Verb]] = frozenset({"manage_people"})
"""What concerns the accounts of all merchants, and is for administrators of the fleet alone."""

Access = Mapping[str, Mapping[str, Role]]
"""Roles by merchant, by account."""


def role_at(access: Access, account: str, merchant: str) -> Role | None:
    """Return the role of an account at a merchant, or None where it has none."""
    own = access.get(account, {})
    return own.get(merchant, own.get(EVERY))


class MerchantGate(AccountGate):
    """The gate of one merchant. Administrators of the fleet may do everything at each of them."""

    def __init__(
        self,
        desk: str,
        settings: ConsoleSettings,
        clock: Callable[[], datetime],
        merchant: str,
        access: Access,
    ) -> None:
        super().__init__(desk, settings, clock)
        self._merchant, self._access = merchant, access

    def who(self, request: Request) -> Person | None:
        """Return the person who asks, with what they may do at this merchant. Raises StoreError."""
        person = super().who(request)
        if person is None:
            return None
        # A form of another merchant's page, sent when this one is chosen in another tab, does nothing here.
        person = replace(person, form_token=form_token_of(self.key, f"{person.form_token}/{self._merchant}"))
        if person.via == "machine" or person.role == "admin":
            return person
        role = role_at(self._access, person.name, self._merchant)
        verbs = frozenset[Verb]() if role is None else verbs_of(role) - _OF_THE_FLEET
        if person.via == "token":
            verbs &= person.verbs
        return replace(person, role=role or "", verbs=verbs)

    def write(self, deed: Deed) -> None:
        """Write into the fleet's audit log what a person did at this merchant. Raises StoreError."""
        super().write(replace(deed, detail=f"{self._merchant}: {deed.detail or ''}".rstrip(": ")))

    def looked(self, person: Person, what: str, value: str) -> None:
        """Write a look at something of this merchant into the fleet's audit log."""
        super().looked(person, what, f"{self._merchant}: {value}")
