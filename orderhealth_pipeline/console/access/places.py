"""Where a request comes from, and whether it came by TLS: with another program before the console or without.

What belongs here: reading peers and headers. What does not: who may do what (gate.py).
"""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings.console import ConsoleSettings

_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_NAMES_OF_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_OLD_HTTP: Final = "1.0"


def is_loopback(host: str) -> bool:
    """Say whether a name or number of a host is this machine's own."""
    if host in _NAMES_OF_LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_from_this_machine(request: Request) -> bool:
    """Say whether somebody at this machine asks, and no other program for somebody elsewhere.

    The name that was asked for is looked at, too: a page of another site that leads its own name here (DNS
    rebinding) has its own name there. Nginx without any setting asks by HTTP 1.0, which no browser does.
    """
    peer = request.client.host if request.client else ""
    asked = request.url.hostname or ""
    is_forwarded = any(name in request.headers for name in _FORWARDED)
    is_old = request.scope.get("http_version") == _OLD_HTTP
    return is_loopback(peer) and is_loopback(asked) and not is_forwarded and not is_old


def require_encryption(settings: ConsoleSettings, host: str) -> None:
    """Raise ConfigurationError where passwords and cookies would pass a network readable for everybody."""
    if is_loopback(host) or settings.behind_proxy or settings.certificate is not None:
        return
    raise ConfigurationError(
        Message(
            "--host {host} is open to a network, where passwords would pass readable: put a program that "
            "speaks TLS before the console (console.behind_proxy: true), or name console.certificate and "
            "console.key",
            host=host,
        )
    )


def asker_of(request: Request, settings: ConsoleSettings) -> str:
    """Return the number of who asks, for rates: by the program before the console, where there is one."""
    peer = request.client.host if request.client else "?"
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded or peer if settings.behind_proxy else peer


def is_by_tls(request: Request, settings: ConsoleSettings) -> bool:
    """Say whether the browser speaks TLS, with the console or with the program before it."""
    if request.url.scheme == "https":
        return True
    return settings.behind_proxy and request.headers.get("x-forwarded-proto", "").lower() == "https"


def own_origins(request: Request, settings: ConsoleSettings) -> frozenset[str]:
    """Return what a browser calls the pages of this console: scheme and host."""
    host = request.headers.get("host", "")
    scheme = "https" if is_by_tls(request, settings) else "http"
    own = {f"{scheme}://{host}"}
    if settings.address is not None:
        parts = urlsplit(settings.address)
        own.add(f"{parts.scheme}://{parts.netloc}")
    return frozenset(own)


def inner_path(path: str) -> str:
    """Return a path of this console to go on to; for anything that leads elsewhere, the first page."""
    parts = urlsplit(path)
    is_inner = (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and not parts.scheme
        and not parts.netloc
        and "\\" not in path
        and path.isprintable()
    )
    return path if is_inner else "/"
