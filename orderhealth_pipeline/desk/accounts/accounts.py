"""Accounts: who may use the console, in which role.

What belongs here: reading and changing rows of accounts. What does not: who may do so (console/), and how a
password is hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from orderhealth_pipeline.desk.accounts.tables import ACCOUNTS
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.said import as_text, from_text


@dataclass(frozen=True)
class Account:
    """One person; `password_hash` is null where only another system's sign-in lets the person in."""

    name: str
    title: str
    role: str
    password_hash: str | None = None
    subject: str | None = None
    is_active: bool = True
    failures: int = 0
    locked_until: datetime | None = None


def count_accounts(con: Connection) -> int:
    """Count accounts, those that are closed included."""
    return int(con.execute(select(func.count()).select_from(ACCOUNTS)).scalar_one())


def read_accounts(con: Connection) -> list[Account]:
    """Read all accounts, by name."""
    return [account_of(row) for row in con.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name))]


def find_account(con: Connection, name: str) -> Account | None:
    """Read the account of a name."""
    row = con.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one_or_none()
    return None if row is None else account_of(row)


def find_subject(con: Connection, subject: str) -> Account | None:
    """Read the account of a person of another system's sign-in."""
    row = con.execute(select(ACCOUNTS).where(ACCOUNTS.c.subject == subject)).one_or_none()
    return None if row is None else account_of(row)


def known_account(con: Connection, name: str) -> Account:
    """Read the account of a name. Raises ConfigurationError where there is none."""
    account = find_account(con, name)
    if account is None:
        raise ConfigurationError(Message("there is no account '{name}'", name=name))
    return account


def insert_account(con: Connection, account: Account, *, by: str, at: datetime) -> None:
    """Write a new account. Raises ConfigurationError where the name, or the subject, has one."""
    if find_account(con, account.name) is not None:
        raise ConfigurationError(Message("there is an account '{name}' already", name=account.name))
    if account.subject is not None and (other := find_subject(con, account.subject)) is not None:
        raise ConfigurationError(Message("this sign-in belongs to '{name}' already", name=other.name))
    con.execute(
        insert(ACCOUNTS).values(
            name=account.name,
            title=account.title,
            role=account.role,
            password_hash=account.password_hash,
            subject=account.subject,
            is_active=int(account.is_active),
            failures=0,
            made_at=as_text(at),
            made_by=by,
        )
    )


def update_account(con: Connection, name: str, **values: object) -> None:
    """Change columns of an account; an instant is UTC text, a truth is 0 or 1."""
    con.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(**values))


def other_active(con: Connection, role: str, but: str) -> int:
    """Count the active accounts of a role, one left out."""
    query = select(func.count()).where(
        ACCOUNTS.c.role == role, ACCOUNTS.c.is_active == 1, ACCOUNTS.c.name != but
    )
    return int(con.execute(query).scalar_one())


def account_of(row: Row[Any]) -> Account:
    """Make an account of a row that has all columns of the table."""
    return Account(
        name=row.name,
        title=row.title,
        role=row.role,
        password_hash=row.password_hash,
        subject=row.subject,
        is_active=bool(row.is_active),
        failures=row.failures,
        locked_until=None if row.locked_until is None else from_text(row.locked_until),
    )
