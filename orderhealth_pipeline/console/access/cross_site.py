"""Requests that change something and that another site made a browser send: they are refused.

What belongs here: origin and form token. What does not: who asks (gate.py).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from starlette.requests import Request

from orderhealth_pipeline.console.access.places import own_origins
from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.settings.console import ConsoleSettings

HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADER: Final = "x-form-token"  # noqa: S105 - the name of a header
TOKEN_FIELD: Final = "form_token"  # noqa: S105 - the name of a field


def form_token_of(key: str, session: str) -> str:
    """Return what forms of a session carry: nobody else can make it."""
    return hmac.new(key.encode(), session.encode(), hashlib.sha256).hexdigest()


def is_from_elsewhere(request: Request, settings: ConsoleSettings) -> bool:
    """Say whether a page of another site made the browser send it; other programs do not say."""
    if request.method in HARMLESS:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return True
    origin = request.headers.get("origin")
    return origin is not None and origin not in own_origins(request, settings)


def has_form_token(request: Request, person: Person, sent: str | None) -> bool:
    """Say whether a request carries the person's form token, in a header or as a field of a form."""
    given = request.headers.get(TOKEN_HEADER) or sent or ""
    return bool(person.form_token) and hmac.compare_digest(given.encode(), person.form_token.encode())
