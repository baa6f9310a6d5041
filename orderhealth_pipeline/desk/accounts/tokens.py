"""Tokens of programs, and links that set a password once.

What belongs here: rows of both. What does not: what a scope allows (console/).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from orderhealth_pipeline.desk.accounts.accounts import Account, find_account
from orderhealth_pipeline.desk.accounts.random_texts import kept_hash, random_text
from orderhealth_pipeline.desk.accounts.tables import LINKS, TOKENS
from orderhealth_pipeline.said import as_text, from_text

PREFIX: Final = "oh_"
"""What a token begins with, so that programs that look for leaked secrets know it."""

_ID_BYTES: Final = 6
_USED_AGAIN_AFTER: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Token:
    """A token as its owner sees it; its text is shown once, when it is made."""

    token_id: str
    account: str
    title: str
    scopes: tuple[str, ...]
    made_at: datetime
    ends_at: datetime | None
    used_at: datetime | None


def make_token(
    con: Connection, account: str, title: str, scopes: Sequence[str], now: datetime, ends_at: datetime | None
) -> tuple[Token, str]:
    """Write a token, and return it with its text."""
    text = PREFIX + random_text()
    token = Token(secrets.token_hex(_ID_BYTES), account, title, tuple(scopes), now, ends_at, None)
    con.execute(
        insert(TOKENS).values(
            token_id=token.token_id,
            token_hash=kept_hash(text),
            account=account,
            title=title,
            scopes=" ".join(scopes),
            made_at=as_text(now),
            ends_at=None if ends_at is None else as_text(ends_at),
        )
    )
    return token, text


def find_token(con: Connection, text: str, now: datetime) -> tuple[Account, Token] | None:
    """Return whose token it is, as the account is now."""
    row = con.execute(select(TOKENS).where(TOKENS.c.token_hash == kept_hash(text))).one_or_none()
    if row is None:
        return None
    token, account = _token(row), find_account(con, row.account)
    is_over = token.ends_at is not None and token.ends_at <= now
    return None if account is None or not account.is_active or is_over else (account, token)


def is_used_again(token: Token, now: datetime) -> bool:
    """Say whether it is worth writing down that a token was used."""
    return token.used_at is None or now - token.used_at > _USED_AGAIN_AFTER


def mark_used(con: Connection, token_id: str, now: datetime) -> None:
    """Remember when a token was used last."""
    con.execute(update(TOKENS).where(TOKENS.c.token_id == token_id).values(used_at=as_text(now)))


def read_tokens(con: Connection, account: str | None = None) -> list[Token]:
    """Read tokens, of one account or of all, newest first."""
    query = select(TOKENS).order_by(TOKENS.c.made_at.desc(), TOKENS.c.token_id)
    return [
        _token(row)
        for row in con.execute(query if account is None else query.where(TOKENS.c.account == account))
    ]


def delete_token(con: Connection, token_id: str) -> Token | None:
    """Delete a token, and return what it was."""
    row = con.execute(select(TOKENS).where(TOKENS.c.token_id == token_id)).one_or_none()
    con.execute(delete(TOKENS).where(TOKENS.c.token_id == token_id))
    return None if row is None else _token(row)


def make_link(con: Connection, account: str | None, now: datetime, lasts: timedelta) -> str:
    """Write a link that sets a password once and return its text; earlier ones of the account end."""
    con.execute(
        delete(LINKS).where(LINKS.c.account.is_(None) if account is None else LINKS.c.account == account)
    )
    text = random_text()
    con.execute(
        insert(LINKS).values(
            link_hash=kept_hash(text), account=account, made_at=as_text(now), ends_at=as_text(now + lasts)
        )
    )
    return text


def is_link(con: Connection, text: str, now: datetime) -> tuple[bool, str | None]:
    """Say whether a link opens something, and for which account: none for the first one."""
    row = con.execute(select(LINKS).where(LINKS.c.link_hash == kept_hash(text))).one_or_none()
    if row is None or from_text(row.ends_at) <= now:
        return False, None
    return True, row.account


def end_link(con: Connection, text: str) -> None:
    """Let a link open nothing from now on."""
    con.execute(delete(LINKS).where(LINKS.c.link_hash == kept_hash(text)))


def _token(row: Row[Any]) -> Token:
    return Token(
        row.token_id,
        row.account,
        row.title,
        tuple(row.scopes.split()),
        from_text(row.made_at),
        None if row.ends_at is None else from_text(row.ends_at),
        None if row.used_at is None else from_text(row.used_at),
    )
