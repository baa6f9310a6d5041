"""Signing in and out as a browser does it: pages and answers that need no person.

What belongs here: forms, cookies and redirects. What does not: who is let in (sign_in.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from orderhealth_pipeline.console.access.cross_site import is_from_elsewhere
from orderhealth_pipeline.console.access.elsewhere.registry import title_of, way_of
from orderhealth_pipeline.console.access.elsewhere.way import Journey, Way, journey_of
from orderhealth_pipeline.console.access.gate import SIGN_IN, AccountGate
from orderhealth_pipeline.console.access.limits import limits
from orderhealth_pipeline.console.access.places import asker_of, inner_path, is_by_tls
from orderhealth_pipeline.console.access.roles import Verb
from orderhealth_pipeline.console.access.sign_in import (
    SignInError,
    account_of_link,
    set_password,
    sign_in,
    sign_in_from_elsewhere,
    sign_out,
)
from orderhealth_pipeline.console.links import beginning
from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.console.rendering import rendered
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.console.visit import Visit, locale_of
from orderhealth_pipeline.errors import ConfigurationError

_JOURNEY: Final = "orderhealth-journey"
_JOURNEY_SECONDS: Final = 600
_LONGEST: Final = 4_000
_OF_THE_DATA_TEAM: Final[Verb] = "change_rules"
_TOO_MANY: Final = 429

Form = Mapping[str, str]
Answer = Callable[[Request, Form], Response]


class SignInRoutes:
    """The routes of one console."""

    def __init__(self, site: Site, gate: AccountGate) -> None:
        self._site, self._gate = site, gate
        self._ways: dict[str, Way] = {}

    def routes(self) -> list[Route]:
        """Return all of them."""
        return [
            Route(SIGN_IN, _endpoint(self._page), methods=["GET"]),
            Route(SIGN_IN, _endpoint(self._sign_in), methods=["POST"]),
            Route("/sign-out", _endpoint(self._sign_out), methods=["POST"]),
            Route("/auth/check", _endpoint(self._check), methods=["GET"]),
            Route("/set-password/{link}", _endpoint(self._link_page), methods=["GET"]),
            Route("/set-password/{link}", _endpoint(self._set_password), methods=["POST"]),
            Route(SIGN_IN + "/{way}", _endpoint(self._leave), methods=["GET"]),
            Route(SIGN_IN + "/{way}/back", _endpoint(self._come_back), methods=["GET"]),
        ]

    def _page(self, request: Request, _form: Form) -> Response:
        if self._gate.who(request) is not None:
            return RedirectResponse(inner_path(request.query_params.get("next", "/")), 303)
        return self._shown(request, request.query_params.get("next", "/"))

    def _sign_in(self, request: Request, form: Form) -> Response:
        self._require_own(request)
        next_path, name = form.get("next", "/"), form.get("name", "").strip()
        if self._gate.sign_ins.wait(asker_of(request, self._gate.settings), self._gate.clock()):
            return self._shown(request, next_path, "too_many", name, status=_TOO_MANY)
        try:
            number = sign_in(self._gate.people, name, form.get("password", ""), self._gate.clock())
        except SignInError as error:
            return self._shown(request, next_path, error.in_locale(locale_of(self._site, request)), name, 403)
        return self._let_in(request, number, next_path)

    def _sign_out(self, request: Request, _form: Form) -> Response:
        self._require_own(request)
        name = self._gate.cookie_of(request)
        number, person = request.cookies.get(name), self._gate.who(request)
        if number and person is not None:
            sign_out(self._gate.people, number, person.name, self._gate.clock())
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(name, secure=is_by_tls(request, self._gate.settings), httponly=True)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    def _check(self, request: Request, _form: Form) -> Response:
        """Tell the program before Dagster's pages whether the person may see them."""
        person = self._gate.who(request)
        if person is None:
            return Response(status_code=401)
        if not person.may(_OF_THE_DATA_TEAM):
            return Response(status_code=403)
        return Response(status_code=204, headers={"X-Orderhealth-Account": quote(person.name)})

    def _link_page(self, request: Request, _form: Form) -> Response:
        try:
            account = account_of_link(self._gate.people, request.path_params["link"], self._gate.clock())
        except SignInError as error:
            return self._link_shown(request, None, error.in_locale(locale_of(self._site, request)), 410)
        return self._link_shown(request, account)

    def _set_password(self, request: Request, form: Form) -> Response:
        self._require_own(request)
        link, now = request.path_params["link"], self._gate.clock()
        locale = locale_of(self._site, request)
        try:
            account = account_of_link(self._gate.people, link, now)
            name, password = form.get("name", "").strip(), form.get("password", "")
            number = set_password(self._gate.people, link, name, password, now)
        except SignInError as error:
            return self._link_shown(request, None, error.in_locale(locale), 410)
        except ConfigurationError as error:
            return self._link_shown(request, account, error.in_locale(locale), 400, form.get("name", ""))
        return self._let_in(request, number, "/")

    def _leave(self, request: Request, _form: Form) -> Response:
        way, now = request.path_params["way"], self._gate.clock()
        next_path = inner_path(request.query_params.get("next", "/"))
        journey = Journey.begin(way, self._back(request, way), next_path, now)
        try:
            page = self._way(way).page(journey, request.headers.get("user-agent", ""))
        except SignInError as error:
            return self._shown(request, next_path, error.in_locale(locale_of(self._site, request)), "", 502)
        response = RedirectResponse(page, 303)
        response.set_cookie(
            _JOURNEY,
            journey.note(self._gate.key),
            max_age=_JOURNEY_SECONDS,
            path=SIGN_IN,
            secure=is_by_tls(request, self._gate.settings),
            httponly=True,
            samesite="lax",
        )
        return response

    def _come_back(self, request: Request, _form: Form) -> Response:
        name, now, settings = request.path_params["way"], self._gate.clock(), self._gate.settings
        way, came_back = self._way(name), dict(request.query_params)
        try:
            journey = journey_of(request.cookies.get(_JOURNEY), name, came_back, self._gate.key, now)
            if self._gate.sign_ins.wait(asker_of(request, settings), now):
                return self._shown(request, journey.next_path, "too_many", status=_TOO_MANY)
            somebody = way.somebody(journey, came_back)
            newcomers = next(each.newcomers for each in settings.sign_in if each.name == name)
            number = sign_in_from_elsewhere(self._gate.people, somebody, newcomers, now)
        except SignInError as error:
            return self._shown(request, "/", error.in_locale(locale_of(self._site, request)), "", 403)
        response = self._let_in(request, number, journey.next_path)
        response.delete_cookie(_JOURNEY, path=SIGN_IN)
        return response

    def _let_in(self, request: Request, number: str, next_path: str) -> Response:
        response = RedirectResponse(inner_path(next_path), 303)
        self._gate.give_cookie(request, response, number)
        return response

    def _require_own(self, request: Request) -> None:
        if is_from_elsewhere(request, self._gate.settings):
            raise HTTPException(403)

    def _way(self, name: str) -> Way:
        for each in self._gate.settings.sign_in:
            if each.name == name:
                return self._ways.setdefault(name, way_of(each))
        raise HTTPException(404)

    def _back(self, request: Request, way: str) -> str:
        settings = self._gate.settings
        scheme, host = "https" if is_by_tls(request, settings) else "http", request.headers.get("host", "")
        own = beginning(self._site.settings) if settings.address else f"{scheme}://{host}"
        return f"{own}{SIGN_IN}/{way}/back"

    def _shown(
        self, request: Request, next_path: str, trouble: str = "", name: str = "", status: int = 200
    ) -> Response:
        ways = [(each.name, title_of(each)) for each in self._gate.settings.sign_in]
        values = {"next": inner_path(next_path), "trouble": trouble, "name": name, "ways": ways}
        return self._rendered(
            request, "sign_in.html.j2", {**values, "has_accounts": self._gate.has_accounts()}, status
        )

    def _link_shown(
        self, request: Request, account: str | None, trouble: str = "", status: int = 200, name: str = ""
    ) -> Response:
        values = {
            "account": account,
            "trouble": trouble,
            "name": name,
            "shortest": limits().password_shortest,
            "is_over": status == 410,  # noqa: PLR2004 - Gone
        }
        return self._rendered(request, "set_password.html.j2", values, status)

    def _rendered(self, request: Request, template: str, values: Mapping[str, Any], status: int) -> Response:
        visit = Visit(self._site, Person("", frozenset()), locale_of(self._site, request), request)
        return rendered(visit, None, template, values, status)


def _endpoint(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        form: dict[str, str] = {}
        if request.method == "POST":
            async with request.form(max_files=0, max_fields=20) as sent:
                form = {key: value[:_LONGEST] for key, value in sent.items() if isinstance(value, str)}
        return await run_in_threadpool(answer, request, form)

    return endpoint
