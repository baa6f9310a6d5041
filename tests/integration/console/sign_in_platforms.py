"""Sign-in APIs of WeCom, DingTalk and Feishu on 127.0.0.1, which behave as their descriptions say.

What belongs here: servers. What does not: anything of the package, so that no mistake of it is repeated here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, Any]]


@dataclass
class Platform:
    """One platform: `codes` are good once; `challenges` bind Feishu's to a browser's journey."""

    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    challenges: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def answer(self, path: str, query: dict[str, str], body: dict[str, Any], headers: Any) -> Answer:
        """Answer as the platform does."""
        answers: dict[str, Callable[[], Answer]] = {
            "/cgi-bin/gettoken": lambda: self._wecom_token(query),
            "/cgi-bin/auth/getuserinfo": lambda: self._wecom_user(query),
            "/v1.0/oauth2/userAccessToken": lambda: self._dingtalk_token(body),
            "/v1.0/contact/users/me": lambda: self._dingtalk_user(headers.get("x-acs-dingtalk-access-token")),
            "/open-apis/authen/v2/oauth/token": lambda: self._feishu_token(body),
            "/open-apis/authen/v1/user_info": lambda: self._feishu_user(headers.get("authorization")),
        }
        return answers.get(path, lambda: (404, {}))()

    def _wecom_token(self, query: dict[str, str]) -> Answer:
        if (query.get("corpid"), query.get("corpsecret")) != ("ww1", "s3cret"):
            return 200, {"errcode": 40001, "errmsg": "invalid credential"}
        return 200, {"errcode": 0, "errmsg": "ok", "access_token": "wt", "expires_in": 7200}

    def _wecom_user(self, query: dict[str, str]) -> Answer:
        if query.get("access_token") != "wt":
            return 200, {"errcode": 40014, "errmsg": "invalid access_token"}
        person = self.codes.pop(query.get("code", ""), None)
        if person is None:
            return 200, {"errcode": 40029, "errmsg": "invalid code"}
        return 200, {"errcode": 0, "errmsg": "ok", **person}

    def _dingtalk_token(self, body: dict[str, Any]) -> Answer:
        if (body.get("clientId"), body.get("clientSecret")) != ("ding1", "s3cret"):
            return 403, {"code": "Forbidden.AccessDenied", "message": "不合法的client"}
        person = self.codes.pop(body.get("code", ""), None)
        if person is None or body.get("grantType") != "authorization_code":
            return 400, {"code": "invalidParameter.authCode.notFound", "message": "不合法的临时授权码"}
        self.codes["dt"] = person
        return 200, {"accessToken": "dt", "refreshToken": "r", "expireIn": 7200, "corpId": person["corpId"]}

    def _dingtalk_user(self, token: str | None) -> Answer:
        if token != "dt":
            return 401, {"code": "InvalidAuthentication", "message": "不合法的access_token"}
        person = self.codes["dt"]
        return 200, {"nick": person["nick"], "unionId": person["unionId"], "openId": "o"}

    def _feishu_token(self, body: dict[str, Any]) -> Answer:
        if (body.get("client_id"), body.get("client_secret")) != ("cli_1", "s3cret"):
            return 400, {"code": 20002, "error": "invalid_client"}
        code = body.get("code", "")
        verifier = hashlib.sha256(str(body.get("code_verifier")).encode()).digest()
        is_own = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == self.challenges.get(code)
        person = self.codes.pop(code, None)
        if person is None:
            return 400, {"code": 20003, "error": "invalid_grant"}
        if not is_own:
            return 400, {"code": 20049, "error": "invalid_grant"}
        self.codes["ft"] = person
        return 200, {"code": 0, "access_token": "ft", "expires_in": 7200, "token_type": "Bearer"}

    def _feishu_user(self, authorization: str | None) -> Answer:
        if authorization != "Bearer ft":
            return 400, {"code": 20005, "msg": "The user access token passed is invalid"}
        return 200, {"code": 0, "msg": "success", "data": self.codes["ft"]}


@contextmanager
def running_platform() -> Iterator[Platform]:
    """Serve all three platforms on one port, until the end."""
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._give({})

        def do_POST(self) -> None:
            self._give(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def _give(self, body: dict[str, Any]) -> None:
            asked = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(asked.query).items()}
            status, content = platform.answer(asked.path, query, body, self.headers)
            text = json.dumps(content, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
