"""Calls about people: who asks, accounts, tokens, the audit log.

What belongs here: requests → accounts. What does not: the rules of accounts (access/accounts.py).
"""

from __future__ import annotations

from orderhealth_pipeline.console.access import accounts
from orderhealth_pipeline.console.access.accounts import By
from orderhealth_pipeline.console.access.gate import AccountGate
from orderhealth_pipeline.console.api.call import ApiError, Asked
from orderhealth_pipeline.console.api.people_models import (
    AccountList,
    AccountRecord,
    AddedAccount,
    AuditList,
    AuditRecord,
    Deleted,
    MadeToken,
    Me,
    TokenList,
    TokenRecord,
)
from orderhealth_pipeline.console.links import password_link
from orderhealth_pipeline.desk.accounts.accounts import Account, find_account, read_accounts
from orderhealth_pipeline.desk.accounts.tokens import Token, read_tokens
from orderhealth_pipeline.errors import ConfigurationError


def show_me(asked: Asked) -> Me:
    """Say who asks, and what they may do."""
    person = asked.person
    return Me(name=person.name, title=person.title, role=person.role, verbs=sorted(person.verbs))


def list_accounts(asked: Asked) -> AccountList:
    """List all accounts."""
    with _gate(asked).people.looking() as con:
        return AccountList(accounts=[_account(each) for each in read_accounts(con)])


def add_account(asked: Asked) -> AddedAccount:
    """Add somebody."""
    body, gate = asked.body, _gate(asked)
    account = Account(body.name, body.title or body.name, body.role, subject=body.subject)
    text = accounts.add_account(gate.people, account, _by(asked))
    return AddedAccount(**_account(account).model_dump(), link=password_link(asked.site.settings, text))


def change_account(asked: Asked) -> AccountRecord:
    """Change the role of an account, close it, or open it."""
    name, body, people = asked.path["name"], asked.body, _gate(asked).people
    _require_account(asked, name)
    try:
        if body.role is not None:
            accounts.change_role(people, name, body.role, _by(asked))
        if body.active is not None:
            change = accounts.open_account if body.active else accounts.close_account
            change(people, name, _by(asked))
    except ConfigurationError as error:
        raise ApiError(409, str(error)) from None
    with people.looking() as con:
        account = find_account(con, name)
    if account is None:
        raise ApiError(404, "there is no such account")
    return _account(account)


def list_tokens(asked: Asked) -> TokenList:
    """List tokens."""
    own = None if asked.person.may("manage_people") else asked.person.name
    with _gate(asked).people.looking() as con:
        return TokenList(tokens=[_token(each) for each in read_tokens(con, own)])


def add_token(asked: Asked) -> MadeToken:
    """Make a token; nobody gives more than they may do, a token no more than its own scopes."""
    body = asked.body
    if not set(body.scopes) <= asked.person.verbs:
        raise ApiError(403, "scopes: no more than you may do yourself")
    _require_account(asked, asked.person.name)
    token, text = accounts.add_token(_gate(asked).people, body.title, body.scopes, _by(asked), body.ends_at)
    return MadeToken(**_token(token).model_dump(), token=text)


def remove_token(asked: Asked) -> Deleted:
    """Let a token open nothing from now on."""
    token_id = asked.path["token_id"]
    try:
        accounts.remove_token(
            _gate(asked).people, token_id, _by(asked), of_anybody=asked.person.may("manage_people")
        )
    except ConfigurationError:
        raise ApiError(404, "there is no such token") from None
    return Deleted(token_id=token_id)


def list_audit(asked: Asked) -> AuditList:
    """List what people looked at and changed."""
    query, before = asked.query, None
    if query.cursor is not None:
        if not query.cursor.isascii() or not query.cursor.isdecimal() or int(query.cursor[:20]) > 2**53:
            raise ApiError(400, "cursor: the `next` of an earlier answer is expected")
        before = int(query.cursor)
    entries = _gate(asked).people.deeds(query.limit + 1, before)
    part = entries[: query.limit]
    records = [
        AuditRecord(
            entry=each.entry,
            at=each.deed.at,
            who=each.deed.who,
            verb=each.deed.verb,
            about=each.deed.about,
            value=each.deed.value,
            why=each.deed.why,
            detail=each.deed.detail,
            hash=each.hash,
        )
        for each in part
    ]
    return AuditList(audit=records, next=str(part[-1].entry) if len(entries) > query.limit else None)


def _gate(asked: Asked) -> AccountGate:
    gate = asked.site.gate
    if not isinstance(gate, AccountGate):
        raise ApiError(404, "this console has no accounts")
    return gate


def _by(asked: Asked) -> By:
    return By(asked.person.name, asked.site.clock(), getattr(asked.body, "why", None))


def _require_account(asked: Asked, name: str) -> None:
    with _gate(asked).people.looking() as con:
        if find_account(con, name) is None:
            raise ApiError(404, "there is no such account")


def _account(account: Account) -> AccountRecord:
    return AccountRecord(
        name=account.name,
        title=account.title,
        role=account.role,
        active=account.is_active,
        locked_until=account.locked_until,
        sign_in=account.subject,
    )


def _token(token: Token) -> TokenRecord:
    return TokenRecord(
        token_id=token.token_id,
        account=token.account,
        title=token.title,
        scopes=list(token.scopes),
        made_at=token.made_at,
        ends_at=token.ends_at,
        used_at=token.used_at,
    )
