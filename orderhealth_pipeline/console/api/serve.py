"""The way of a request of the API: who asks, what is given, the call, and problems as RFC 9457 says.

What belongs here: HTTP. What does not: the calls (registry.py).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orderhealth_pipeline.console.access.cross_site import HARMLESS, has_form_token, is_from_elsewhere
from orderhealth_pipeline.console.access.gate import AccountGate
from orderhealth_pipeline.console.api.call import ApiError, Asked, Call, Given
from orderhealth_pipeline.console.api.openapi import BASE, FILE_TYPE, describe
from orderhealth_pipeline.console.api.registry import CALLS
from orderhealth_pipeline.console.incoming.arrival import write_body
from orderhealth_pipeline.console.incoming.quarantine import Quarantine
from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.errors import ConfigurationError, OrderHealthError, StoreError

_LOG: Final = logging.getLogger(__name__)
_LONGEST_BODY: Final = 1_000_000
_NO_STORE: Final = {"Cache-Control": "no-store"}


class ApiRoutes:
    """The routes of the API of one console."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """Return all of them: one for each path, whatever its methods."""
        by_path: dict[str, dict[str, Call]] = {}
        for call in CALLS:
            by_path.setdefault(BASE + call.path, {})[call.method] = call
        return [
            Route(f"{BASE}/openapi.json", _description, methods=["GET"]),
            *(
                Route(path, self._endpoint(calls), methods=["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"])
                for path, calls in by_path.items()
            ),
        ]

    def _endpoint(self, calls: Mapping[str, Call]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            call = calls.get("GET" if request.method == "HEAD" else request.method)
            if call is None:
                return problem(405, "this cannot be done here", headers={"Allow": ", ".join(sorted(calls))})
            try:
                if call.takes_file:
                    return await self._answer_with_file(call, request)
                content = await _content(request) if call.body is not None else None
                return await run_in_threadpool(self._answer, call, request, content)
            except ApiError as error:
                return _problem_of(error)

        return endpoint

    async def _answer_with_file(self, call: Call, request: Request) -> Response:
        """Read a file from whoever may send one, and answer; nothing of it is left behind."""
        await run_in_threadpool(self._admitted, call, request)
        if _type_of(request) != FILE_TYPE:
            raise ApiError(415, f"the body has to be {FILE_TYPE}")
        try:
            place = await run_in_threadpool(Quarantine(self._site.settings).place)
        except ConfigurationError as error:
            return problem(422, str(error))
        try:
            await write_body(request, place)
            return await run_in_threadpool(self._answer, call, request, place)
        except HTTPException as error:
            raise ApiError(error.status_code, "the file is too large") from None
        finally:
            await run_in_threadpool(place.unlink, missing_ok=True)

    def _answer(self, call: Call, request: Request, content: bytes | Path | None) -> Response:
        try:
            person = self._admitted(call, request)
            query = _read(call.query, dict(request.query_params), "query")
            body = (
                content
                if isinstance(content, Path)
                else None
                if call.body is None
                else _read_body(call.body, content or b"")
            )
            given = call.answer(Asked(self._site, person, dict(request.path_params), query, body))
        except ApiError as error:
            return _problem_of(error)
        except ConfigurationError as error:
            return problem(422, str(error))
        except StoreError as error:
            return problem(503, str(error), headers={"Retry-After": "5"})
        except OrderHealthError as error:
            return problem(422, str(error))
        return JSONResponse(given.model_dump(mode="json"), call.status, _NO_STORE)

    def _admitted(self, call: Call, request: Request) -> Person:
        site = self._site
        person = site.gate.who(request)
        if person is None:
            raise ApiError(401, "sign in, or send a token: Authorization: Bearer oh_…")
        if person.via == "token" and isinstance(site.gate, AccountGate):
            wait = site.gate.calls.wait(person.name, site.gate.clock())
            if wait is not None:
                raise ApiError(429, f"too many requests: wait {wait.total_seconds():.0f} seconds")
        if person.via != "token" and request.method not in HARMLESS:
            # A browser's: from a page of this console alone. One at this machine needs no token, because no
            # page of another site can send JSON without asking first.
            is_own = person.via == "machine" or has_form_token(request, person, None)
            if is_from_elsewhere(request, site.settings.console) or not is_own:
                raise ApiError(403, "this did not come from a page of the console")
        if call.verb is not None and not person.may(call.verb):
            raise ApiError(403, f"this needs the scope {call.verb}")
        return person


def _problem_of(error: ApiError) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else {}
    return problem(error.status, error.detail, error.more, headers)


def problem(
    status: int,
    detail: str,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Say what went wrong (RFC 9457)."""
    title = HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **(more or {})}
    media_type = "application/problem+json"
    return JSONResponse(content, status, {**_NO_STORE, **(headers or {})}, media_type)


async def _description(_request: Request) -> Response:
    return JSONResponse(describe(CALLS))


def _type_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _content(request: Request) -> bytes:
    if _type_of(request) != "application/json":
        raise ApiError(415, "the body has to be application/json")
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > _LONGEST_BODY:
            raise ApiError(422, "the body is too long")
    return content


def _read_body(model: type[Given], content: bytes) -> BaseModel:
    try:
        document = json.loads(content)
        # Half of a sign of two halves, and a zero, are no text to a database.
        is_text = b"\\u0000" not in json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise ApiError(400, "the body is no JSON") from None
    if not is_text:
        raise ApiError(422, "a text without zero characters is expected")
    return _read(model, document, "body")


def _read(model: type[Given], document: Any, where: str) -> BaseModel:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        errors = [
            {"at": ".".join(map(str, (where, *each["loc"]))), "message": each["msg"]}
            for each in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise ApiError(422, "what was given cannot be", {"errors": errors}) from None
