"""Consoles with accounts, for the tests of who may do what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.testclient import TestClient

from orderhealth_pipeline.console.access.accounts import By, add_token
from orderhealth_pipeline.console.access.passwords import hashed
from orderhealth_pipeline.console.access.roles import ROLES, verbs_of
from orderhealth_pipeline.console.access.sign_in import lasting
from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.desk.accounts.accounts import Account, insert_account
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.desk.accounts.sessions import begin_session
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.console import ConsoleSettings

PASSWORD = "correct horse battery"
HOST = "http://127.0.0.1:8300"


@dataclass
class Clock:
    """Stands still until it is moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 10, 12, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class House:
    """A console with one account of each role, called after the role; `numbers` are their sessions."""

    app: Starlette
    people: PeopleDesk
    clock: Clock
    numbers: dict[str, str]

    def browser(self, role: str | None = None, **options: Any) -> TestClient:
        """Open it in a browser, signed in as an account or not."""
        client = TestClient(self.app, HOST, client=("127.0.0.1", 50_000), follow_redirects=False, **options)
        if role is not None:
            client.cookies.set("orderhealth", self.numbers[role])
        return client

    def token(self, role: str, *scopes: str) -> dict[str, str]:
        """Return the headers of a program with a token of an account."""
        wanted = scopes or tuple(sorted(verbs_of(role)))
        _, text = add_token(self.people, "test", wanted, By(role, self.clock()))
        return {"Authorization": f"Bearer {text}"}


@contextmanager
def house(settings: Settings, folder: Path, **console: Any) -> Iterator[House]:
    """Open a console whose desk has an account of each role."""
    desk, clock = folder / "people.desk.db", Clock()
    own = settings.overridden(
        desk=SecretStr(str(desk)), console=ConsoleSettings.model_validate(console), as_of=None
    )
    people = PeopleDesk(str(desk))
    numbers: dict[str, str] = {}
    with people.changing() as con:
        for role in ROLES:
            account = Account(role, role.title(), role, password_hash=_hash())
            insert_account(con, account, by="test", at=clock())
            numbers[role] = begin_session(con, role, clock(), lasting(), signed_in_with="password")
    app = create_app(own, clock)
    with TestClient(app):
        yield House(app, people, clock, numbers)


@cache
def _hash() -> str:
    """Hash the password once for all tests: that takes its time on purpose."""
    return hashed(PASSWORD)


def form_token(page: httpx.Response) -> str:
    """Return what a page's forms carry."""
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page.text)
    assert found is not None
    return found[1]
