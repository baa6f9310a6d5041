"""A receiver of actions that misbehaves as it is told: hangs, dies, lies, or does it and says nothing.

What belongs here: the server, and an account of what really happened. What does not: any test.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

KEY = base64.b64encode(b"an independent key of 32 bytes!!").decode()
SECRET = f"whsec_{KEY}"

Behaviour = Literal["ok", "429", "500", "500 done", "hang", "die", "lie", "done and silent", "refuse"]


@dataclass
class Receiver:
    """What was asked, and what was done: `done` counts effects by key, however often it was asked."""

    behave: Callable[[str, int], Behaviour] = lambda _key, _try: "ok"
    knows_keys: bool = False
    hang_seconds: float = 30.0
    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    bad_signatures: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)

    def take(self, headers: Mapping[str, str], body: bytes) -> Behaviour:
        """Check the signature, note what was asked, and say how to behave."""
        key, stamp = headers["webhook-id"], headers["webhook-timestamp"]
        content = key.encode() + b"." + stamp.encode() + b"." + body
        digest = base64.b64encode(hmac.new(base64.b64decode(KEY), content, hashlib.sha256).digest()).decode()
        with self.lock:
            self.bad_signatures += f"v1,{digest}" not in headers["webhook-signature"].split()
            self.asked[key] += 1
            self.bodies.setdefault(key, set()).add(body)
            how = self.behave(key, self.asked[key])
            if how in ("ok", "500 done", "done and silent") and not (self.knows_keys and self.done[key]):
                self.done[key] += 1
        return how

    def orders(self) -> set[str]:
        """Return the orders that something was asked for."""
        return {json.loads(body)["data"]["order_id"] for bodies in self.bodies.values() for body in bodies}


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    """Serve a receiver on a port of its own until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            how = receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.close_connection = True
            if how == "hang":
                receiver.released.wait(receiver.hang_seconds)
            if how in ("hang", "die", "done and silent"):
                return
            status = {"429": 429, "500": 500, "500 done": 500, "refuse": 422}.get(how, 200)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/actions"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
