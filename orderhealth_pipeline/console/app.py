"""The console as an ASGI application: routes, the way of a request, and what happens when it fails.

What belongs here: putting the parts together. What does not: pages (registry.py), and serving (serve.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from orderhealth_pipeline.console import health
from orderhealth_pipeline.console.access.admission import admitted, admitted_to_send
from orderhealth_pipeline.console.access.gate import AccountGate
from orderhealth_pipeline.console.access.routes import SignInRoutes
from orderhealth_pipeline.console.api.serve import ApiRoutes
from orderhealth_pipeline.console.incoming.arrival import form_with_file
from orderhealth_pipeline.console.live import Watch
from orderhealth_pipeline.console.pages import now
from orderhealth_pipeline.console.people import Gate, Person
from orderhealth_pipeline.console.registry import PAGES, Page
from orderhealth_pipeline.console.rendering import rendered
from orderhealth_pipeline.console.security import SecurityHeaders
from orderhealth_pipeline.console.site import Clock, Site
from orderhealth_pipeline.console.visit import LOCALES, Visit, locale_of
from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.sources.push.hooks import Hooks

_ONE_YEAR: Final = 31_536_000
_SMALLEST_COMPRESSED: Final = 500


def create_app(
    settings: Settings,
    clock: Clock,
    gate: Gate | None = None,
    more_routes: Callable[[Site], Sequence[BaseRoute]] | None = None,
) -> Starlette:
    """Return the console of a configuration; `clock` returns the present instant, UTC.

    `gate` says who asks; without one it is the desk's accounts. Raises StoreError where these cannot be read.
    `more_routes` adds what is no page, such as an API. The `Site` is `app.state.site`, the `Watch`
    `app.state.watch`.
    """
    own_gate = gate or AccountGate(settings.desk_address, settings.console, clock)
    site = Site(settings, clock, own_gate)
    watch = Watch(site, lambda: now.prepare(site))
    hooks = Hooks(settings, clock)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with suppress(OrderHealthError):
            await watch.look()
        await run_in_threadpool(hooks.open)
        with suppress(OrderHealthError):
            await run_in_threadpool(site.backtests.resume)
        looking = asyncio.create_task(watch.run())
        yield
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        await run_in_threadpool(hooks.close)
        site.close()

    routes: list[BaseRoute] = [
        *(Route(page.path, _endpoint(site, page), methods=list(page.methods)) for page in PAGES),
        *(SignInRoutes(site, own_gate).routes() if isinstance(own_gate, AccountGate) else ()),
        *(more_routes(site) if more_routes else ()),
        *hooks.routes(),
        Route("/api/v1/events", _events(site, watch)),
        *ApiRoutes(site).routes(),
        Route("/healthz", _machine(lambda: health.healthz(site, watch))),
        Route("/metrics", _machine(lambda: health.metrics(site, watch))),
        Route("/static/{name:path}", site.static.serve),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(GZipMiddleware, minimum_size=_SMALLEST_COMPRESSED, compresslevel=5),
        ],
        exception_handlers=dict.fromkeys((HTTPException, OrderHealthError, Exception), _failed(site)),
    )
    app.state.site, app.state.watch = site, watch
    return app


def _endpoint(site: Site, page: Page) -> Callable[[Request], Awaitable[Response]]:
    settings = site.settings.console

    def answer(request: Request) -> Response:
        person = admitted(site.gate, settings, request, page.verb)
        if isinstance(person, Response):
            return person
        visit = Visit(site, person, locale_of(site, request), request)
        if page.looks_at and request.method == "GET":
            site.gate.looked(person, page.looks_at, next(iter(request.path_params.values()), visit.path))
        shown = page.show(visit)
        response = shown if isinstance(shown, Response) else rendered(visit, page, page.template, shown)
        return _remembering_language(request, response)

    async def endpoint(request: Request) -> Response:
        if request.method == "POST" and page.takes_file:
            refusal = await run_in_threadpool(admitted_to_send, site.gate, settings, request, page.verb)
            if refusal is not None:
                return refusal
            request.state.form = await form_with_file(request)
            try:
                return await run_in_threadpool(answer, request)
            finally:
                await request.state.form.close()
        elif request.method == "POST":
            request.state.form = await request.form(max_files=0)
        return await run_in_threadpool(answer, request)

    return endpoint


def _remembering_language(request: Request, response: Response) -> Response:
    asked = request.query_params.get("lang")
    if asked is not None and asked in LOCALES:
        response.set_cookie("lang", asked, max_age=_ONE_YEAR, samesite="lax")
    return response


def _events(site: Site, watch: Watch) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        person = await run_in_threadpool(admitted, site.gate, site.settings.console, request, "look")
        if isinstance(person, Response):
            return Response("", 401)
        last_heard = request.headers.get("last-event-id") or request.query_params.get("last")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(watch.stream(last_heard), media_type="text/event-stream", headers=headers)

    return endpoint


def _machine(answer: Callable[[], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_request: Request) -> Response:
        return await run_in_threadpool(answer)

    return endpoint


def _failed(site: Site) -> Callable[[Request, Exception], Response]:
    """Show what went wrong as a page, in the reader's language.

    Of a fault of the program the page says that it is one; the server's log has the traceback.
    """

    def answer(request: Request, error: Exception) -> Response:
        locale = locale_of(site, request)
        visit = Visit(site, Person("", frozenset()), locale, request)
        if isinstance(error, OrderHealthError):
            status, why = 503, error.in_locale(locale)
        elif isinstance(error, HTTPException):
            status = error.status_code
            known = error.detail if error.detail.startswith("failed_") else f"failed_{status}"
            why = visit.words.word("failed", known.removeprefix("failed_"))
        else:
            status, why = 500, visit.words.word("failed", "500")
        return rendered(visit, None, "failed.html.j2", {"status": status, "why": why}, status)

    return answer
