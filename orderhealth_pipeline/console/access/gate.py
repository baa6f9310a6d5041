"""The gate: who asks, by cookie, by token, or by being at this machine while nobody has an account.

What belongs here: telling persons, and writing down what they looked at. What does not: signing in
(routes.py), and which verb is needed (registry.py).
"""

from __future__ import annotations

import getpass
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from orderhealth_pipeline.console.access.cross_site import form_token_of
from orderhealth_pipeline.console.access.limits import Rate, limits
from orderhealth_pipeline.console.access.places import is_by_tls, is_from_this_machine
from orderhealth_pipeline.console.access.roles import VERBS, verbs_of
from orderhealth_pipeline.console.access.sign_in import lasting
from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.desk.accounts.accounts import Account, count_accounts, read_accounts
from orderhealth_pipeline.desk.accounts.audit import Deed
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.desk.accounts.sessions import find_session, mark_seen
from orderhealth_pipeline.desk.accounts.tokens import PREFIX, find_token, is_used_again, mark_used
from orderhealth_pipeline.settings.console import ConsoleSettings

SIGN_IN: Final = "/sign-in"
_COOKIE: Final = "orderhealth"
_COOKIE_BY_TLS: Final = "__Host-orderhealth"
_BEARER: Final = "bearer "
_API: Final = "/api/"
_LOOKED_AGAIN_AFTER: Final = timedelta(minutes=10)
_MOST_LOOKS: Final = 5_000


class AccountGate:
    """Lets in whom the desk has an account of, and until it has one, whoever is at this machine."""

    sign_in: str | None = SIGN_IN

    def __init__(self, desk: str, settings: ConsoleSettings, clock: Callable[[], datetime]) -> None:
        self.people = PeopleDesk(desk)
        self.settings = settings
        self.clock = clock
        self.key = self.people.secret("forms")
        self.calls = Rate(limits().calls_a_minute, timedelta(minutes=1))
        self.sign_ins = Rate(limits().sign_ins_a_minute, timedelta(minutes=1))
        self.unmaskings = Rate(limits().unmaskings_an_hour, timedelta(hours=1))
        self._has_accounts = False
        self._looks: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()
        self._lock = Lock()

    def who(self, request: Request) -> Person | None:
        """Return the person who asks, or None where nobody is signed in. Raises StoreError."""
        token = bearer_of(request)
        if token is not None:
            return self._of_token(token) if request.url.path.startswith(_API) else None
        number = request.cookies.get(self.cookie_of(request))
        if number:
            person = self._of_session(number)
            if person is not None:
                return person
        return self._at_this_machine(request)

    def write(self, deed: Deed) -> None:
        """Write into the audit log what a person did. Raises StoreError."""
        self.people.write(deed)

    def titles(self) -> Mapping[str, str]:
        """Return what people are called, by the names of their accounts; of two Li Leis the names, too."""
        with self.people.looking() as con:
            accounts = read_accounts(con)
        times = Counter(each.title for each in accounts)
        return {
            each.name: each.title if times[each.title] == 1 else f"{each.title} ({each.name})"
            for each in accounts
            if each.title
        }

    def looked(self, person: Person, what: str, value: str) -> None:
        """Write a look into the audit log; the same person looking again within ten minutes is one look."""
        now, key = self.clock(), (person.name, what, value)
        with self._lock:
            before = self._looks.pop(key, None)
            is_new = before is None or now - before > _LOOKED_AGAIN_AFTER
            self._looks[key] = now if before is None or is_new else before
            if len(self._looks) > _MOST_LOOKS:
                self._looks.popitem(last=False)
        if is_new:
            self.people.write(Deed(now, person.name, "look", what, value))

    def has_accounts(self) -> bool:
        """Say whether anybody has an account; once somebody has, that stays so."""
        if not self._has_accounts:
            with self.people.looking() as con:
                self._has_accounts = count_accounts(con) > 0
        return self._has_accounts

    def cookie_of(self, request: Request) -> str:
        """Return the name of the cookie: browsers take the one for TLS from this very host alone."""
        return _COOKIE_BY_TLS if is_by_tls(request, self.settings) else _COOKIE

    def give_cookie(self, request: Request, response: Response, number: str) -> None:
        """Let an answer bring the cookie of a session."""
        response.set_cookie(
            self.cookie_of(request),
            number,
            max_age=int(lasting().at_most.total_seconds()),
            secure=is_by_tls(request, self.settings),
            httponly=True,
            samesite="lax",
        )

    def _of_session(self, number: str) -> Person | None:
        now = self.clock()
        with self.people.looking() as con:
            found = find_session(con, number, now, lasting())
        if found is None:
            return None
        account, is_seen_again = found
        if is_seen_again:
            with self.people.changing() as con:
                mark_seen(con, number, now)
        return _person(account, form_token_of(self.key, number))

    def _of_token(self, text: str) -> Person | None:
        if not text.startswith(PREFIX):
            return None
        now = self.clock()
        with self.people.looking() as con:
            found = find_token(con, text, now)
        if found is None:
            return None
        account, token = found
        if is_used_again(token, now):
            with self.people.changing() as con:
                mark_used(con, token.token_id, now)
        verbs = frozenset(verb for verb in verbs_of(account.role) if verb in token.scopes)
        return Person(account.name, verbs, account.title, account.role, "token")

    def _at_this_machine(self, request: Request) -> Person | None:
        if not self.settings.open_to_this_machine or not is_from_this_machine(request) or self.has_accounts():
            return None
        name = getpass.getuser()
        return Person(name, VERBS, name, "admin", "machine", form_token_of(self.key, "machine"))


def bearer_of(request: Request) -> str | None:
    """Return the token that a program sends, or None where it sends none."""
    given = request.headers.get("authorization", "")
    return given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else None


def _person(account: Account, form_token: str) -> Person:
    return Person(account.name, verbs_of(account.role), account.title, account.role, "session", form_token)
