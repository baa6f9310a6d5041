"""One console for many merchants: which merchant a request is for, and that merchant's own application.

What belongs here: choosing. What does not: pages (console/), and who may do what (console_gate.py).

`/m/NAME` chooses a merchant for a browser, in a cookie; `/m/NAME/…` is a page or a call of it, whatever was
chosen. Every merchant has an application of its own, over its own snapshot, desk and files: it holds nothing
of any other.
"""

from __future__ import annotations

import asyncio
import os
import re
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Final
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from orderhealth_pipeline.console.access.places import is_by_tls, is_from_this_machine
from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.console.site import Clock
from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.fleet.console_gate import MerchantGate, role_at
from orderhealth_pipeline.fleet.merchants import (
    Merchant,
    find_merchants,
    merchant_settings,
    own_rules_folder,
    read_fleet,
)

_COOKIE: Final = "orderhealth-merchant"
_CHOSEN: Final = re.compile(r"/m(?:/(?P<name>[^/]+)(?P<rest>/.*)?)?/?")
_FIGURES: Final = "/metrics"
"""What asks for no sign-in, and tells of a merchant: for this machine alone."""

_ONE_YEAR: Final = 31_536_000
_FROM_FLEET: Final = ("address", "behind_proxy", "certificate", "key", "open_to_this_machine", "sign_in")


class FleetConsole:
    """An ASGI application; each merchant's own is made when somebody asks for it first."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self.root, self.clock = root, clock
        self.fleet = read_fleet(root)
        self.settings = self.fleet.console.anchored(root)
        (root / ".fleet").mkdir(mode=0o700, exist_ok=True)
        self.desk = str(root / ".fleet" / "console.desk.db")
        # What stops streams when the server is told to stop.
        self.state = SimpleNamespace(watch=self)
        self._apps: dict[str, Starlette] = {}
        self._making = asyncio.Lock()
        self._open = AsyncExitStack()
        # It tells who asks where no merchant was chosen, and knows of none.
        self.gate = MerchantGate(self.desk, self.settings, clock, "", self.fleet.access)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the application of its merchant."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        answer = await self._app_of(scope) if scope["type"] == "http" else Response("", 404)
        if isinstance(answer, tuple):
            app, scope = answer
            await app(scope, receive, send)
        else:
            await answer(scope, receive, send)

    async def stop(self) -> None:
        """End all streams of events."""
        for app in self._apps.values():
            await app.state.watch.stop()

    def merchants_of(self, person: Person) -> list[str]:
        """Return the merchants that somebody may look at."""
        names = [merchant.name for merchant in find_merchants(self.root)]
        if "manage_people" in person.verbs:
            return names
        return [name for name in names if role_at(self.fleet.access, person.name, name) is not None]

    async def _app_of(self, scope: Scope) -> tuple[Starlette, Scope] | Response:
        request = Request(scope)
        chosen = _CHOSEN.fullmatch(request.url.path)
        if chosen is not None and not chosen["rest"]:
            return self._choose(request, chosen["name"])
        name = chosen["name"] if chosen is not None else request.cookies.get(_COOKIE)
        try:
            merchant, person = await run_in_threadpool(
                self._merchant, request, name, is_named=chosen is not None
            )
            if merchant is None and chosen is not None:
                return _nobody_there(person)
            if merchant is None:
                merchant = (await run_in_threadpool(find_merchants, self.root))[0]
            asked = request.url.path if chosen is None else chosen["rest"]
            if asked == _FIGURES and not is_from_this_machine(request):
                return PlainTextResponse("", 404)
            app = await self._app(merchant)
        except OrderHealthError as error:
            return PlainTextResponse(str(error), 503)
        if chosen is not None:
            scope = {**scope, "path": chosen["rest"], "raw_path": chosen["rest"].encode()}
        return app, scope

    def _merchant(
        self, request: Request, name: str | None, *, is_named: bool
    ) -> tuple[Merchant | None, Person | None]:
        """Return the merchant of that name; where the address names none, else the first of the person's."""
        there = {merchant.name: merchant for merchant in find_merchants(self.root)}
        person = self.gate.who(request)
        if name in there:
            return there[name], person
        own = self.merchants_of(person) if person is not None and not is_named else []
        return (there[own[0]] if own else None), person

    def _choose(self, request: Request, name: str | None) -> Response:
        """Remember which merchant a browser is to show, and show it; whether there is one is not said."""
        wanted = name or next(iter(parse_qs(request.url.query).get("merchant", ())), "")
        response = RedirectResponse("/", 303)
        if re.fullmatch(r"[\w.-]{1,100}", wanted, re.ASCII):
            response.set_cookie(
                _COOKIE,
                wanted,
                max_age=_ONE_YEAR,
                secure=is_by_tls(request, self.settings),
                httponly=True,
                samesite="lax",
            )
        return response

    async def _app(self, merchant: Merchant) -> Starlette:
        async with self._making:
            app = self._apps.get(merchant.name)
            if app is None:
                app = await run_in_threadpool(self._made, merchant)
                await self._open.enter_async_context(app.router.lifespan_context(app))
                self._apps[merchant.name] = app
        return app

    def _made(self, merchant: Merchant) -> Starlette:
        own_rules_folder(merchant)
        settings = merchant_settings(merchant, self.fleet, os.environ)
        of_fleet = {name: getattr(self.settings, name) for name in _FROM_FLEET}
        settings = settings.overridden(console=settings.console.model_copy(update=of_fleet))
        gate = MerchantGate(self.desk, self.settings, self.clock, merchant.name, self.fleet.access)
        app = create_app(settings, self.clock, gate)
        app.state.site.merchant = merchant.name
        app.state.site.merchants_of = self.merchants_of
        return app

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._open.aclose()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _nobody_there(person: Person | None) -> Response:
    """Say the same of a merchant that there is not, and of one that is somebody else's."""
    return RedirectResponse("/sign-in", 303) if person is None else PlainTextResponse("", 403)
