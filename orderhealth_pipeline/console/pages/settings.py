"""`/settings`: one's own password and tokens; for administrators people, roles, tokens, audit.

What belongs here: the values of `settings.html.j2`, its forms. What does not: accounts themselves (access/).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline.console.access import accounts
from orderhealth_pipeline.console.access.accounts import By
from orderhealth_pipeline.console.access.elsewhere.registry import title_of
from orderhealth_pipeline.console.access.gate import AccountGate
from orderhealth_pipeline.console.access.limits import limits
from orderhealth_pipeline.console.access.roles import ROLES, VERBS, role_table, verbs_of
from orderhealth_pipeline.console.access.sign_in import change_password
from orderhealth_pipeline.console.links import password_link
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.console.work.deeds import deed_detail
from orderhealth_pipeline.console.work.notices import Notice
from orderhealth_pipeline.desk.accounts.accounts import Account, read_accounts
from orderhealth_pipeline.desk.accounts.sessions import count_sessions
from orderhealth_pipeline.desk.accounts.tokens import read_tokens
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.report.words import formats

_ENTRIES: Final = 100
_TOKEN_DAYS: Final = 365


def show(visit: Visit) -> Mapping[str, Any] | Response:
    """Return the values of the page, after what its form says."""
    gate = visit.site.gate
    if not isinstance(gate, AccountGate):
        raise HTTPException(404)
    notice: Notice | Response | None = None
    if visit.request.method == "POST":
        notice = _done(visit, gate)
        if isinstance(notice, Response):
            return notice
    person, table = visit.person, role_table()
    may_manage = person.may("manage_people")
    with gate.people.looking() as con:
        known = read_accounts(con) if may_manage else []
        tokens = read_tokens(con, None if may_manage else person.name)
        sessions = count_sessions(con) if may_manage else {}
    return {
        "notice": notice,
        "roles": [(role, table.roles[role].in_locale(visit.locale)) for role in ROLES],
        "verbs": [
            (verb, declared.title.in_locale(visit.locale), declared.roles)
            for verb, declared in table.verbs.items()
        ],
        "accounts": [(each, sessions.get(each.name, 0), _is_locked(each, gate.clock())) for each in known],
        "tokens": [(each, _minute(visit, each.made_at), _minute(visit, each.used_at)) for each in tokens],
        "scopes": [verb for verb in table.verbs if verb in (verbs_of(person.role) & person.verbs)],
        "ways": [(each.name, title_of(each)) for each in gate.settings.sign_in],
        "audit": [
            (each, _minute(visit, each.deed.at), deed_detail(visit, each.deed))
            for each in gate.people.deeds(_ENTRIES)
        ]
        if may_manage
        else [],
        "trouble": _trouble(visit, gate) if may_manage else None,
        "shortest": limits().password_shortest,
        "may_manage": may_manage,
        "may_all": person.verbs == VERBS,
    }


def _done(visit: Visit, gate: AccountGate) -> Notice | Response:
    do = visit.text("do")
    if do not in _FORMS:
        raise HTTPException(400)
    is_of_others, act = _FORMS[do]
    if is_of_others and not visit.person.may("manage_people"):
        raise HTTPException(403)
    try:
        return act(visit, gate, By(visit.person.name, gate.clock(), visit.text("why") or None))
    except ConfigurationError as error:
        return Notice("refused", (error.in_locale(visit.locale),))


def _password(visit: Visit, gate: AccountGate, by: By) -> Response:
    number = change_password(
        gate.people, by.who, str(visit.form.get("old", "")), str(visit.form.get("new", "")), by.at
    )
    response = RedirectResponse("/settings", 303)
    gate.give_cookie(visit.request, response, number)
    return response


def _add_token(visit: Visit, gate: AccountGate, by: By) -> Notice:
    ends_at = by.at + timedelta(days=_TOKEN_DAYS)
    _, text = accounts.add_token(gate.people, visit.text("title"), visit.texts_of("scope"), by, ends_at)
    return Notice("done", (visit.words("token_made"), text))


def _remove_token(visit: Visit, gate: AccountGate, by: By) -> Notice:
    of_anybody = visit.person.may("manage_people")
    accounts.remove_token(gate.people, visit.text("token"), by, of_anybody=of_anybody)
    return Notice("done", (visit.words("token_removed"),))


def _add_account(visit: Visit, gate: AccountGate, by: By) -> Notice:
    name, role = visit.text("name"), visit.text("role")
    if not gate.has_accounts() and role != accounts.ADMIN:
        return Notice("refused", (visit.words("first_is_admin"),))
    account = Account(name, visit.text("title") or name, role, subject=visit.text("subject") or None)
    return _linked(visit, name, accounts.add_account(gate.people, account, by))


def _new_link(visit: Visit, gate: AccountGate, by: By) -> Notice:
    return _linked(visit, visit.text("name"), accounts.new_link(gate.people, visit.text("name"), by))


def _linked(visit: Visit, name: str, text: str) -> Notice:
    link = password_link(visit.site.settings, text)
    if visit.site.settings.console.address is None:
        own = visit.request.base_url
        link = f"{own.scheme}://{own.netloc}/set-password/{text}"
    return Notice("done", (visit.words("link_made", name=name, hours=limits().link_hours), link))


def _change_role(visit: Visit, gate: AccountGate, by: By) -> Notice:
    accounts.change_role(gate.people, visit.text("name"), visit.text("role"), by)
    return Notice("done", (visit.words("role_changed", name=visit.text("name")),))


def _simple(change: Callable[..., None], key: str) -> Callable[[Visit, AccountGate, By], Notice]:
    def act(visit: Visit, gate: AccountGate, by: By) -> Notice:
        change(gate.people, visit.text("name"), by)
        return Notice("done", (visit.words(key, name=visit.text("name")),))

    return act


_FORMS: Final[dict[str, tuple[bool, Callable[[Visit, AccountGate, By], Notice | Response]]]] = {
    "password": (False, _password),
    "add_token": (False, _add_token),
    "remove_token": (False, _remove_token),
    "add_account": (True, _add_account),
    "new_link": (True, _new_link),
    "change_role": (True, _change_role),
    "close_account": (True, _simple(accounts.close_account, "account_closed")),
    "open_account": (True, _simple(accounts.open_account, "account_opened")),
    "end_sessions": (True, _simple(accounts.end_sessions, "sessions_ended")),
}
"""What a form of this page can do, and whether it is about others."""


def _trouble(visit: Visit, gate: AccountGate) -> str | None:
    if visit.request.query_params.get("check") != "1":
        return None
    state = gate.people.check()
    if state.trouble is None:
        return visit.words("audit_whole", n=state.entries, head=state.head[:12])
    return visit.words("audit_broken", what=str(state.trouble))


def _is_locked(account: Account, now: datetime) -> bool:
    return account.locked_until is not None and account.locked_until > now


def _minute(visit: Visit, instant: datetime | None) -> str:
    return formats.minute(None if instant is None else instant.astimezone(visit.site.settings.zone))
