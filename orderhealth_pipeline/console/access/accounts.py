"""What administrators and people themselves do with accounts; every change stands in the audit log.

What belongs here: the rules of accounts, such as that one administrator is always left. What does not: rows
(desk/accounts/), signing in (sign_in.py), and pages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from orderhealth_pipeline.console.access.limits import limits
from orderhealth_pipeline.console.access.roles import ROLES, Role, Verb, verbs_of
from orderhealth_pipeline.desk.accounts.accounts import (
    Account,
    insert_account,
    known_account,
    other_active,
    update_account,
)
from orderhealth_pipeline.desk.accounts.audit import Deed, write_deed
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk, Transaction
from orderhealth_pipeline.desk.accounts.sessions import end_sessions_of
from orderhealth_pipeline.desk.accounts.tokens import Token, delete_token, make_link, make_token, read_tokens
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message

ADMIN: Final[Role] = "admin"

_NAME: Final = re.compile(r"[\w.@-]{1,60}")
_LONGEST_TITLE: Final = 100


@dataclass(frozen=True)
class By:
    """Who changes something, when and why."""

    who: str
    at: datetime
    why: str | None = None


def add_account(people: PeopleDesk, account: Account, by: By) -> str:
    """Make an account without a password, and return the text of the link that sets one, once."""
    require_name(account.name)
    _require_title(account.title)
    require_role(account.role)
    with people.changing() as con:
        insert_account(con, account, by=by.who, at=by.at)
        _write(con, by, "add_account", account.name, detail=account.role)
        return make_link(con, account.name, by.at, timedelta(hours=limits().link_hours))


def change_role(people: PeopleDesk, name: str, role: str, by: By) -> None:
    """Give an account another role, from its next request on. Raises ConfigurationError."""
    require_role(role)
    with people.changing() as con:
        account = known_account(con, name)
        if account.role == role:
            return
        if account.role == ADMIN:
            _require_other_admin(con, name)
        update_account(con, name, role=role)
        _write(con, by, "change_role", name, detail=f"{account.role} → {role}")


def close_account(people: PeopleDesk, name: str, by: By) -> None:
    """Let nobody in with an account any more: its sessions end, its tokens open nothing."""
    with people.changing() as con:
        account = known_account(con, name)
        if account.role == ADMIN and account.is_active:
            _require_other_admin(con, name)
        update_account(con, name, is_active=0)
        end_sessions_of(con, name)
        _write(con, by, "close_account", name)


def open_account(people: PeopleDesk, name: str, by: By) -> None:
    """Let a closed account be used again, and a locked one at once."""
    with people.changing() as con:
        known_account(con, name)
        update_account(con, name, is_active=1, failures=0, locked_until=None)
        _write(con, by, "open_account", name)


def new_link(people: PeopleDesk, name: str, by: By) -> str:
    """Return the text of a link that sets a new password for an account, once."""
    with people.changing() as con:
        known_account(con, name)
        _write(con, by, "make_link", name)
        return make_link(con, name, by.at, timedelta(hours=limits().link_hours))


def end_sessions(people: PeopleDesk, name: str, by: By) -> None:
    """Sign an account out everywhere."""
    with people.changing() as con:
        known_account(con, name)
        ended = end_sessions_of(con, name)
        _write(con, by, "end_sessions", name, detail=str(ended))


def add_token(
    people: PeopleDesk, title: str, scopes: Sequence[str], by: By, ends_at: datetime | None = None
) -> tuple[Token, str]:
    """Make a token of the person for a program, and return it with its text, which is shown this once.

    Its scopes are verbs that the person may do. Raises ConfigurationError.
    """
    _require_title(title)
    with people.changing() as con:
        account = known_account(con, by.who)
        _require_scopes(scopes, verbs_of(account.role))
        token, text = make_token(con, account.name, title, sorted(set(scopes)), by.at, ends_at)
        _write(con, by, "make_token", token.token_id, about="token", detail=" ".join(token.scopes))
    return token, text


def remove_token(people: PeopleDesk, token_id: str, by: By, *, of_anybody: bool) -> None:
    """Let a token open nothing from now on: one's own, or anybody's. Raises ConfigurationError."""
    with people.changing() as con:
        known = {token.token_id: token for token in read_tokens(con, None if of_anybody else by.who)}
        if token_id not in known:
            raise ConfigurationError(Message("there is no token '{token_id}'", token_id=token_id))
        delete_token(con, token_id)
        _write(con, by, "remove_token", token_id, about="token", detail=known[token_id].account)


def require_name(name: str) -> None:
    """Raise ConfigurationError where a text cannot be the name of an account."""
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            "the name of an account: 1 to 60 letters, digits and . _ - @ are expected, without blanks"
        )


def require_role(role: str) -> None:
    """Raise ConfigurationError where there is no such role."""
    if role not in ROLES:
        raise ConfigurationError(
            Message("there is no role '{asked}'; there are: {known}", asked=role, known=", ".join(ROLES))
        )


def _require_title(title: str) -> None:
    if not title.strip() or len(title) > _LONGEST_TITLE or not title.isprintable():
        raise ConfigurationError(
            Message(
                "what it is called: a text of 1 to {longest} characters is expected", longest=_LONGEST_TITLE
            )
        )


def _require_scopes(scopes: Sequence[str], own: Collection[Verb]) -> None:
    if not scopes or not set(scopes) <= set(own):
        raise ConfigurationError(
            Message(
                "a token's scopes: one or more of these are expected: {known}", known=", ".join(sorted(own))
            )
        )


def _require_other_admin(con: Transaction, name: str) -> None:
    if not other_active(con, ADMIN, name):
        raise ConfigurationError("this is the last administrator: make somebody else one before")


def _write(
    con: Transaction, by: By, verb: str, value: str, *, about: str = "account", detail: str | None = None
) -> None:
    write_deed(con, Deed(by.at, by.who, verb, about, value, by.why, detail))
