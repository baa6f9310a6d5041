"""Local servers that page, sign, limit and fail as platforms document it.

What belongs here: the behaviour. What does not: any test.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SECRET = "s3cret-of-the-app"


@dataclass
class Shop:
    """Orders with the instant of their last change, and how the server misbehaves.

    `failures` are answered first, one a request; `during` is called once a request has been answered.
    """

    orders: list[dict[str, Any]] = field(default_factory=list)
    failures: list[Response | Callable[[], Response]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    skew: timedelta = timedelta(0)
    during: Callable[[int], None] = lambda _: None
    token: str = "token-1"

    def now(self) -> datetime:
        """The server's own clock."""
        return datetime.now(UTC) + self.skew

    def changed_between(self, begin: datetime, end: datetime) -> list[dict[str, Any]]:
        """Orders that changed in a span, as platforms list them: newest last."""
        found = [each for each in self.orders if begin <= each["at"] <= end]
        return sorted(found, key=lambda each: each["at"])


def shown(order: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in order.items() if name != "at"}


@dataclass(frozen=True)
class Asked:
    """One request: what is asked for, in the address and in a form."""

    shop: Shop
    request: Request
    given: dict[str, str]


Answer = Callable[[Asked], Response]


@contextmanager
def serving(shop: Shop, answer: Answer) -> Iterator[str]:
    """Serve a shop on a free port of this machine; return the address."""

    async def handle(request: Request) -> Response:
        body = (await request.body()).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()} if "=" in body else {}
        query = dict(request.query_params)
        shop.asked.append({**query, **form, "path": request.url.path, "body": body})
        if shop.failures:
            failure = shop.failures.pop(0)
            response = failure if isinstance(failure, Response) else failure()
        else:
            response = answer(Asked(shop, request, {**query, **form, "body": body}))
        shop.during(len(shop.asked))
        response.headers["Date"] = format_datetime(shop.now(), usegmt=True)
        return response

    app = Starlette(routes=[Route("/{path:path}", handle, methods=["GET", "POST"])])
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", date_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def jushuitan(asked: Asked) -> Response:
    """Check sign and timestamp, and give a page of `orders`."""
    shop, given = asked.shop, asked.given
    signed = {
        name: given[name] for name in ("app_key", "access_token", "timestamp", "charset", "version", "biz")
    }
    text = SECRET + "".join(name + signed[name] for name in sorted(signed))
    if hashlib.md5(text.encode()).hexdigest() != given["sign"]:  # noqa: S324 - as the platform does
        return JSONResponse({"code": 10, "msg": "sign"})
    if given["access_token"] != shop.token:
        return JSONResponse({"code": 100, "msg": f"token {given['access_token']} expired"})
    if abs(int(given["timestamp"]) - shop.now().timestamp()) > 120:
        return JSONResponse({"code": 10, "msg": "timestamp"})
    biz = json.loads(given["biz"])
    found = shop.changed_between(*(beijing(biz[name]) for name in ("modified_begin", "modified_end")))
    size, number = int(biz["page_size"]), int(biz["page_index"])
    page = found[(number - 1) * size : number * size]
    has_next = number * size < len(found)
    return JSONResponse(
        {"code": 0, "msg": "ok", "data": {"has_next": has_next, "orders": [shown(each) for each in page]}}
    )


def pinduoduo(asked: Asked) -> Response:
    """Check the signature, and give a page and the count of all."""
    shop, given = asked.shop, asked.given
    signed = {name: value for name, value in given.items() if name not in {"sign", "body"}}
    text = SECRET + "".join(name + signed[name] for name in sorted(signed)) + SECRET
    if hashlib.md5(text.encode()).hexdigest().upper() != given["sign"]:  # noqa: S324 - as the platform does
        return JSONResponse({"error_response": {"error_code": 20004, "error_msg": "sign"}})
    begin, end = (
        datetime.fromtimestamp(int(given[name]), UTC) for name in ("start_updated_at", "end_updated_at")
    )
    if end - begin > timedelta(minutes=30):
        return JSONResponse({"error_response": {"error_code": 50001, "error_msg": "span"}})
    found = shop.changed_between(begin, end)
    size, number = int(given["page_size"]), int(given["page"])
    page = [shown(each) for each in found[(number - 1) * size : number * size]]
    return JSONResponse(
        {"order_sn_increment_get_response": {"total_count": len(found), "order_sn_list": page}}
    )


def taobao(asked: Asked) -> Response:
    """Give a page and whether another follows, but no count; without rows there is no list."""
    shop, given = asked.shop, asked.given
    begin, end = (beijing(given[name]) for name in ("start_modified", "end_modified"))
    found = shop.changed_between(begin, end)[::-1]
    size, number = int(given["page_size"]), int(given["page_no"])
    page = [shown(each) for each in found[(number - 1) * size : number * size]]
    said: dict[str, Any] = {"has_next": number * size < len(found)}
    if page:
        said["trades"] = {"trade": page}
    return JSONResponse({"trades_sold_increment_get_response": said})


def shopify(asked: Asked) -> Response:
    """Ask for the token in a header, and lead on by links."""
    shop, given = asked.shop, asked.given
    if asked.request.headers.get("X-Shopify-Access-Token") != shop.token:
        return JSONResponse({"errors": "[API] Invalid API key or access token"}, 401)
    start = int(given.get("page_info", "0"))
    found = [shown(each) for each in sorted(shop.orders, key=lambda each: each["at"])]
    size = int(given["limit"])
    response = JSONResponse({"orders": found[start : start + size]})
    if start + size < len(found):
        url = asked.request.url.replace(query=f"limit={size}&page_info={start + size}")
        response.headers["Link"] = f'<{url}>; rel="next"'
    return response


def stripe(asked: Asked) -> Response:
    """Give what follows an id."""
    shop, given = asked.shop, asked.given
    if asked.request.headers.get("Authorization") != f"Bearer {shop.token}":
        return JSONResponse({"error": {"message": f"Invalid API Key provided: {shop.token}"}}, 401)
    found = [shown(each) for each in shop.orders]
    names = [each["id"] for each in found]
    start = names.index(given["starting_after"]) + 1 if "starting_after" in given else 0
    size = int(given["limit"])
    return JSONResponse({"data": found[start : start + size], "has_more": start + size < len(found)})


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)
