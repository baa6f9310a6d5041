"""Signing in and out: with a password, with a link that sets one, or by another system's sign-in.

What belongs here: who is let in, and what is written down of it. What does not: cookies, rates per address
(gate.py), and how another system tells who it is (elsewhere/).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from orderhealth_pipeline.console.access.accounts import ADMIN, require_name
from orderhealth_pipeline.console.access.limits import limits, locked_until
from orderhealth_pipeline.console.access.passwords import hashed, is_outdated, is_right, require_password
from orderhealth_pipeline.console.access.roles import Role
from orderhealth_pipeline.desk.accounts.accounts import (
    Account,
    count_accounts,
    find_account,
    find_subject,
    insert_account,
    update_account,
)
from orderhealth_pipeline.desk.accounts.audit import Deed, write_deed
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk, Transaction
from orderhealth_pipeline.desk.accounts.sessions import (
    Lasting,
    begin_session,
    end_session,
    end_sessions_of,
)
from orderhealth_pipeline.desk.accounts.tokens import end_link, is_link, make_link
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.said import as_text

_NO_NAME: Final = re.compile(r"[^\w.@-]+")
_LONGEST_BEGINNING: Final = 50
_PASSWORD: Final = "password"  # noqa: S105 - a way to sign in, and no password


class SignInError(ConfigurationError):
    """Somebody was not let in."""


@dataclass(frozen=True)
class Somebody:
    """Who somebody is at another system's sign-in: `subject` is unique over all systems."""

    subject: str
    name: str
    title: str
    signed_in_with: str


def lasting() -> Lasting:
    """Return how long sessions last."""
    figures = limits()
    return Lasting(timedelta(days=figures.session_days), timedelta(hours=figures.session_idle_hours))


def sign_in(people: PeopleDesk, name: str, password: str, now: datetime) -> str:
    """Begin a session and return its number. Raises SignInError, which does not tell what was wrong.

    An unknown name takes as long as a wrong password. Five wrong ones in a row lock an account for a while.
    """
    with people.looking() as con:
        account = find_account(con, name)
    if account is not None and account.locked_until is not None and now < account.locked_until:
        raise SignInError(
            "too many wrong passwords: this account is locked for a while; an administrator can open it"
        )
    # A hash takes a tenth of a second: not while other writers wait.
    is_let_in = is_right(password, account.password_hash if account and account.is_active else None)
    if account is None or not is_let_in:
        if account is not None:
            _count_failure(people, account.name, now)
        raise SignInError("the name or the password is wrong")
    better = hashed(password) if is_outdated(account.password_hash or "") else account.password_hash
    with people.changing() as con:
        update_account(con, account.name, failures=0, locked_until=None, password_hash=better)
        return _begin(con, account.name, now, _PASSWORD)


def sign_out(people: PeopleDesk, number: str, who: str, now: datetime) -> None:
    """End a session at once."""
    with people.changing() as con:
        end_session(con, number)
        write_deed(con, Deed(now, who, "sign_out", "account", who))


def first_link(people: PeopleDesk, now: datetime) -> str | None:
    """Return the text of a link that makes the first administrator, once; null where there are accounts."""
    with people.changing() as con:
        if count_accounts(con):
            return None
        return make_link(con, None, now, timedelta(hours=limits().link_hours))


def account_of_link(people: PeopleDesk, text: str, now: datetime) -> str | None:
    """Return whose password a link sets, null for the first one's. Raises SignInError where it is over."""
    with people.looking() as con:
        is_good, account = is_link(con, text, now)
    if not is_good:
        raise _over()
    return account


def set_password(people: PeopleDesk, link: str, name: str, password: str, now: datetime) -> str:
    """Set a password by a link, which opens nothing afterwards, and begin a session.

    All other sessions of the account end. A link without an account makes the first administrator, `name`.
    Raises ConfigurationError for a password or name that is none, SignInError for a link that is over.
    """
    account = account_of_link(people, link, now)
    chosen = account or name
    require_name(chosen)
    require_password(password, chosen)
    password_hash = hashed(password)
    with people.changing() as con:
        # Somebody else may have been faster.
        if not is_link(con, link, now)[0] or (account is None and count_accounts(con)):
            raise _over()
        end_link(con, link)
        if account is None:
            insert_account(con, Account(chosen, chosen, ADMIN, password_hash), by=chosen, at=now)
        else:
            update_account(con, account, password_hash=password_hash, failures=0, locked_until=None)
            end_sessions_of(con, account)
        write_deed(con, Deed(now, chosen, "set_password", "account", chosen))
        return _begin(con, chosen, now, "link")


def change_password(people: PeopleDesk, name: str, old: str, new: str, now: datetime) -> str:
    """Change one's own password; all sessions end and a new one begins, of which the number is returned."""
    with people.looking() as con:
        account = find_account(con, name)
    if account is None or not is_right(old, account.password_hash):
        _count_failure(people, name, now)
        raise SignInError("the name or the password is wrong")
    require_password(new, name)
    password_hash = hashed(new)
    with people.changing() as con:
        update_account(con, name, password_hash=password_hash)
        end_sessions_of(con, name)
        write_deed(con, Deed(now, name, "set_password", "account", name))
        return _begin(con, name, now, _PASSWORD)


def sign_in_from_elsewhere(
    people: PeopleDesk, somebody: Somebody, newcomers: Role | None, now: datetime
) -> str:
    """Begin a session for a person that another system knows; return its number.

    Whoever has no account gets one where `newcomers` names a role. Raises SignInError otherwise, which says
    what an administrator needs to add the person.
    """
    with people.changing() as con:
        account = find_subject(con, somebody.subject)
        if account is None and newcomers is not None:
            name = _free_name(con, somebody.name)
            account = Account(name, somebody.title or name, newcomers, subject=somebody.subject)
            insert_account(con, account, by=somebody.signed_in_with, at=now)
            write_deed(con, Deed(now, name, "add_account", "account", name, detail=newcomers))
        if account is None or not account.is_active:
            raise SignInError(
                Message(
                    "nobody added you here yet: tell an administrator that you are {subject}",
                    subject=somebody.subject,
                )
            )
        return _begin(con, account.name, now, somebody.signed_in_with)


def _begin(con: Transaction, name: str, now: datetime, signed_in_with: str) -> str:
    write_deed(con, Deed(now, name, "sign_in", "account", name, detail=signed_in_with))
    return begin_session(con, name, now, lasting(), signed_in_with=signed_in_with)


def _count_failure(people: PeopleDesk, name: str, now: datetime) -> None:
    with people.changing() as con:
        account = find_account(con, name)
        if account is None:
            return
        failures = account.failures + 1
        until = locked_until(failures, now, limits())
        update_account(con, name, failures=failures, locked_until=None if until is None else as_text(until))
        if until is not None:
            write_deed(con, Deed(now, name, "lock_account", "account", name, detail=as_text(until)))


def _free_name(con: Transaction, wanted: str) -> str:
    """Return a name for an account that nobody has, as near as can be to the one elsewhere."""
    beginning = _NO_NAME.sub("-", wanted)[:_LONGEST_BEGINNING].strip("-") or "person"
    name, number = beginning, 1
    while find_account(con, name) is not None:
        number += 1
        name = f"{beginning}-{number}"
    return name


def _over() -> SignInError:
    return SignInError("this link is over: ask an administrator for another one, or start the console again")
