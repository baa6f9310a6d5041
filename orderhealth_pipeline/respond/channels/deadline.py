"""One deadline for a whole request: whatever a server does, the caller goes on in time.

What belongs here: waiting so long and no longer, and cutting the connections of a request that is late. What
does not: the request itself (http.py). A library's own timeouts are one per packet, and a server that sends a
byte now and then never meets them.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

Result = TypeVar("Result")


class Connections:
    """The connections of one request, so that they can be cut from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._is_cut = False

    def watch(self, connection: socket.socket) -> None:
        """Remember a connection; a copy of it, because TLS takes the connection itself away."""
        with self._lock:
            self._sockets.append(connection.dup())
            if self._is_cut:
                self._shut()

    def cut(self) -> None:
        """End what is under way, and whatever is begun from now on."""
        with self._lock:
            self._is_cut = True
            self._shut()

    def _shut(self) -> None:
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._sockets.clear()


class WatchedAdapter(HTTPAdapter):
    """requests' own transport, with every connection it opens watched, also one to a proxy."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Let the pools without a proxy open watched connections."""
        super().init_poolmanager(*arguments, **options)
        self._watch_pools_of(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Let the pools behind a proxy open watched connections; a SOCKS proxy has pools of its own."""
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):
            self._watch_pools_of(manager)
        return manager

    def _watch_pools_of(self, manager: Any) -> None:
        manager.pool_classes_by_scheme = {
            "http": _watched(HTTPConnectionPool, self._connections),
            "https": _watched(HTTPSConnectionPool, self._connections),
        }


def within(seconds: float, request: Callable[[Connections], Result]) -> Result:
    """Return what `request` gives, or raise what it raises; TimeoutError after so many seconds.

    It runs in a thread, because also the look-up of a name may hang. After a timeout its connections are cut,
    so that the thread ends as well.
    """
    outcome: SimpleQueue[tuple[Result | None, Exception | None]] = SimpleQueue()
    connections = Connections()

    def run() -> None:
        try:
            outcome.put((request(connections), None))
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            outcome.put((None, error))

    threading.Thread(target=run, name="request", daemon=True).start()
    try:
        result, error = outcome.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    finally:
        connections.cut()
    if error is not None:
        raise error
    return result  # type: ignore[return-value]


def _watched(pool: type[HTTPConnectionPool], connections: Connections) -> type[HTTPConnectionPool]:
    ordinary: Any = pool.ConnectionCls

    class Watched(ordinary):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            connection: socket.socket = super()._new_conn()
            connections.watch(connection)
            return connection

    return type(f"Watched{pool.__name__}", (pool,), {"ConnectionCls": Watched})
