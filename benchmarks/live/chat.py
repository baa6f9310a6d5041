"""A chat server on 127.0.0.1 that writes down when each message arrives.

What belongs here: receiving. What does not: what a message should say.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Message:
    """A message and the instant it was there completely, in seconds since 1970."""

    at: float
    content: dict[str, Any]


@dataclass(frozen=True)
class ChatServer:
    """A running server; `messages` are those that nobody has taken yet."""

    url: str
    messages: queue.SimpleQueue[Message]


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Receive messages until the block ends."""
    messages: queue.SimpleQueue[Message] = queue.SimpleQueue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take the message, and say so."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            messages.put(Message(time.time(), json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the figures alone on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield ChatServer(f"http://127.0.0.1:{server.server_address[1]}/alerts", messages)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
