"""Whether a request is let through: who asks, whether they may, and whether their own page sent it.

What belongs here: the answers to those who are not let through to a page. What does not: the API's (api/).
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline.console.access.cross_site import (
    HARMLESS,
    TOKEN_FIELD,
    has_form_token,
    is_from_elsewhere,
)
from orderhealth_pipeline.console.access.roles import Verb
from orderhealth_pipeline.console.people import Gate, Person
from orderhealth_pipeline.settings.console import ConsoleSettings


def admitted(gate: Gate, settings: ConsoleSettings, request: Request, verb: Verb) -> Person | Response:
    """Return who asks, where they may do `verb`; else where to sign in. Raises HTTPException (403).

    What changes something has to come from a page of this console: by its origin and its form token.
    """
    person = _who_may(gate, request, verb)
    if isinstance(person, Person) and request.method not in HARMLESS:
        form = getattr(request.state, "form", {})
        sent = form.get(TOKEN_FIELD)
        is_own = has_form_token(request, person, sent if isinstance(sent, str) else None)
        if is_from_elsewhere(request, settings) or not is_own:
            raise HTTPException(403, "failed_form")
    return person


def admitted_to_send(gate: Gate, settings: ConsoleSettings, request: Request, verb: Verb) -> Response | None:
    """Say, before anything of a file is read, that its sender is not let through; the form comes later.

    Raises HTTPException (403).
    """
    person = _who_may(gate, request, verb)
    if isinstance(person, Response):
        return person
    if is_from_elsewhere(request, settings):
        raise HTTPException(403, "failed_form")
    return None


def _who_may(gate: Gate, request: Request, verb: Verb) -> Person | Response:
    person = gate.who(request)
    if person is None:
        if gate.sign_in is None:
            raise HTTPException(403)
        return _to_sign_in(gate.sign_in, request)
    if not person.may(verb):
        raise HTTPException(403)
    return person


def _to_sign_in(sign_in: str, request: Request) -> Response:
    query = request.url.query
    asked = request.url.path + (f"?{query}" if query else "") if request.method in HARMLESS else "/"
    address = f"{sign_in}?next={quote(asked)}"
    if request.headers.get("HX-Request") == "true":
        # A page that is open goes there as a whole; its main part does not.
        return Response("", 401, {"HX-Redirect": address})
    return RedirectResponse(address, 303)
