"""Chat platforms on 127.0.0.1 that judge a request as their descriptions say the real ones do.

What belongs here: servers. What does not: anything of the package, so that no mistake of it is repeated here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOUR = 3600
MINUTE = 60


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}

    @property
    def json(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(status: int = 200, **content: Any) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


Fault = Callable[[BaseHTTPRequestHandler], Answer | None]


def answers(answer: Answer) -> Fault:
    """Give this answer instead of judging the request."""
    return lambda _: answer


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Reset the connection without an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Promise a long answer and send one byte at a time, each within any timeout per packet."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.close_connection = True
    for _ in range(100):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return
        time.sleep(0.1)


def drip_header(handler: BaseHTTPRequestHandler) -> None:
    """Send a header that never ends, a byte at a time, each within any timeout per packet."""
    handler.close_connection = True
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100:
        try:
            handler.connection.sendall(bytes([byte]))
        except OSError:
            return
        time.sleep(0.1)


class Platform:
    """A server whose `judge` is the platform; `faults` happen first, one per request."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.received: list[Received] = []
        self.accepted: list[Received] = []
        self.faults: deque[Fault] = deque()
        self.always: Fault | None = None
        self.released = threading.Event()
        self.arrivals: deque[float] = deque()
        self.port = 0

    def judge(self, request: Received) -> Answer:
        raise NotImplementedError

    def accept(self, request: Received, answer: Answer) -> Answer:
        self.accepted.append(request)
        return answer

    def hold(self, _: BaseHTTPRequestHandler) -> None:
        """Do not answer until `released` is set."""
        self.released.wait(20)

    def is_too_fast(self, per_minute: int) -> bool:
        now = self.clock()
        while self.arrivals and self.arrivals[0] <= now - MINUTE:
            self.arrivals.popleft()
        self.arrivals.append(now)
        return len(self.arrivals) > per_minute

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.host}/hook"


class DingTalk(Platform):
    token = "d1ngta1kt0ken+/"
    secret = "SEC-dingtalk-秘密"

    @property
    def url(self) -> str:
        return f"{self.host}/robot/send?access_token=d1ngta1kt0ken%2B%2F"

    def judge(self, request: Received) -> Answer:
        query = request.query
        if query.get("access_token") != self.token:
            return json_answer(errcode=300001, errmsg="token is not exist")
        timestamp = query.get("timestamp", "")
        digest = hmac.new(
            self.secret.encode(), f"{timestamp}\n{self.secret}".encode(), hashlib.sha256
        ).digest()
        if query.get("sign") != base64.b64encode(digest).decode():
            return json_answer(errcode=310000, errmsg="sign not match")
        if abs(self.clock() * 1000 - int(timestamp)) > HOUR * 1000:
            return json_answer(errcode=310000, errmsg="invalid timestamp")
        if self.is_too_fast(20):
            return json_answer(errcode=130101, errmsg="send too fast, exceed 20 times per minute")
        if set(request.json["markdown"]) != {"title", "text"}:
            return json_answer(errcode=40035, errmsg="missing parameter")
        return self.accept(request, json_answer(errcode=0, errmsg="ok"))


class WeCom(Platform):
    key = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"

    @property
    def url(self) -> str:
        return f"{self.host}/cgi-bin/webhook/send?key={self.key}"

    def judge(self, request: Received) -> Answer:
        if request.query.get("key") != self.key:
            return json_answer(errcode=93000, errmsg="invalid webhook url")
        if self.is_too_fast(20):
            return json_answer(errcode=45009, errmsg="api freq out of limit")
        if len(request.json["markdown"]["content"].encode()) > 4096:
            return json_answer(errcode=40058, errmsg="markdown.content exceed max length 4096")
        return self.accept(request, json_answer(errcode=0, errmsg="ok"))


class Feishu(Platform):
    secret = "feishu-secret-秘密"

    @property
    def url(self) -> str:
        return f"{self.host}/open-apis/bot/v2/hook/4a5b6c7d-feishu-token"

    def judge(self, request: Received) -> Answer:
        body = request.json
        key = f"{body.get('timestamp')}\n{self.secret}".encode()
        sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
        if body.get("sign") != sign or abs(self.clock() - int(body["timestamp"])) > HOUR:
            return json_answer(code=19021, msg="sign match fail or timestamp is not within one hour")
        if self.is_too_fast(100):
            return json_answer(code=11232, msg="frequency limited psm")
        if len(request.body) > 20 * 1024:
            return json_answer(400, code=9499, msg="Bad Request")
        return self.accept(
            request, json_answer(StatusCode=0, StatusMessage="success", code=0, msg="success", data={})
        )


class Slack(Platform):
    @property
    def url(self) -> str:
        return f"{self.host}/services/T0000SLACK/B0000SLACK/slackwebhooktoken"

    def judge(self, request: Received) -> Answer:
        body = request.json
        if len(body["blocks"]) > 50 or not body["text"]:
            return Answer(400, b"invalid_blocks")
        return self.accept(request, Answer(200, b"ok"))


class Receiver(Platform):
    """A generic webhook's receiver that checks the signature of Standard Webhooks over the raw body."""

    secret = "receiver-secret-秘密"

    @property
    def url(self) -> str:
        return f"{self.host}/alerts/receivertoken"

    def judge(self, request: Received) -> Answer:
        known, stamp = (request.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp"))
        signed = f"{known}.{stamp}.".encode() + request.body
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256).digest()
        expected = f"v1,{base64.b64encode(digest).decode()}"
        if expected not in request.headers.get("webhook-signature", "").split(" "):
            return Answer(401, b"bad signature")
        return self.accept(request, Answer(204))


@contextmanager
def serving(*platforms: Platform) -> Iterator[None]:
    """Serve the platforms until the block ends."""
    servers = []
    for platform in platforms:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(platform))
        server.daemon_threads = False
        platform.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
    try:
        yield
    finally:
        for platform in platforms:
            platform.released.set()
        for server, thread in servers:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Received(self.path, headers, body)
            platform.received.append(request)
            fault = platform.faults.popleft() if platform.faults else platform.always
            answer = fault(self) if fault else platform.judge(request)
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # a sender may have read enough
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    return Handler
