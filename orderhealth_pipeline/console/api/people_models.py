"""What calls about people, tokens and the audit log are given and give.

What belongs here: shapes. What does not: how they are filled (people.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from orderhealth_pipeline.console.access.roles import Role, Verb
from orderhealth_pipeline.console.api.call import Given, PageQuery, Short, Why
from orderhealth_pipeline.console.api.models import THROUGH_THE_API


class Me(BaseModel):
    """Who asks."""

    name: str
    title: str
    role: str
    verbs: list[str]


class AccountRecord(BaseModel):
    """One account."""

    name: str
    title: str
    role: str
    active: bool
    locked_until: datetime | None
    sign_in: str | None


class AccountList(BaseModel):
    """All accounts."""

    accounts: list[AccountRecord]


class NewAccount(Given):
    """Somebody to add. `subject`: who that is at another system's sign-in, such as `wecom:zhangsan`."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.@-]{1,60}$")]
    title: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")] | None = None
    role: Role
    subject: Short | None = None
    why: Why = THROUGH_THE_API


class AddedAccount(AccountRecord):
    """An account that was added, and the link by which the person sets a password, once."""

    link: str


class AccountChange(Given):
    """What is to change: the role, whether it can be used."""

    role: Role | None = None
    active: bool | None = None
    why: Why = THROUGH_THE_API


class TokenRecord(BaseModel):
    """One token of a program; its text was shown when it was made."""

    token_id: str
    account: str
    title: str
    scopes: list[str]
    made_at: datetime
    ends_at: datetime | None
    used_at: datetime | None


class TokenList(BaseModel):
    """One's own tokens, or, for administrators, everybody's."""

    tokens: list[TokenRecord]


class NewToken(Given):
    """A token to make."""

    title: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
    scopes: Annotated[list[Verb], Field(min_length=1, max_length=20)]
    ends_at: AwareDatetime | None = None


class MadeToken(TokenRecord):
    """A token with its text, which is shown this once."""

    token: str


class Deleted(BaseModel):
    """What was deleted."""

    token_id: str


class AuditRecord(BaseModel):
    """One entry of the audit log."""

    entry: int
    at: datetime
    who: str
    verb: str
    about: str
    value: str | None
    why: str | None
    detail: str | None
    hash: str


class AuditQuery(PageQuery):
    """Which part of the audit log."""


class AuditList(BaseModel):
    """A part of the audit log, newest first."""

    audit: list[AuditRecord]
    next: str | None
