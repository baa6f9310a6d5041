"""Signing requests, one named pure function a scheme: the same question and instant give the same bytes.

What belongs here: signatures of requests that are sent. What does not: those of requests that are received
(push/schemes.py), and sending (client.py). Sources of the rules: docs/sources.md.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

_BEIJING: Final = ZoneInfo("Asia/Shanghai")
_WANGDIANTONG_EPOCH: Final = 1_325_347_200
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
_JSON: Final = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True)
class Question:
    """What is asked of a platform: method, full address, path as the platform names it, and parameters."""

    method: str
    url: str
    path: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """What is sent."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


Secrets = Mapping[str, str]
Sign = Callable[[Question, Secrets, datetime], Request]


def joined(params: Mapping[str, str]) -> str:
    """Return keys and values one behind the other, sorted by key."""
    return "".join(f"{key}{params[key]}" for key in sorted(params))


def wrapped_md5(secret: str, text: str) -> str:
    """Return MD5 of a text between two secrets, in capitals: Taobao, Pinduoduo, JD."""
    return _md5(f"{secret}{text}{secret}").upper()


def prefixed_md5(secret: str, text: str) -> str:
    """Return MD5 of a text behind a secret: Jushuitan."""
    return _md5(f"{secret}{text}")


def kuaidi100_query(param: str, key: str, customer: str) -> str:
    """Return the signature of a query at Kuaidi100."""
    return _md5(f"{param}{key}{customer}").upper()


def kdniao_data(request_data: str, app_key: str) -> str:
    """Return the DataSign of Kdniao: base64 of the MD5's hexadecimal digits."""
    return base64.b64encode(_md5(request_data + app_key).encode()).decode()


def compact(value: Any) -> str:
    """Write JSON without blanks, keys as they stand."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _jushuitan(question: Question, secrets: Secrets, now: datetime) -> Request:
    params = {
        "app_key": secrets["app_key"],
        "access_token": secrets["access_token"],
        "timestamp": str(int(now.timestamp())),
        "charset": "utf-8",
        "version": "2",
        "biz": compact(question.params),
    }
    return _form(question.url, {**params, "sign": prefixed_md5(secrets["app_secret"], joined(params))})


def _top(question: Question, secrets: Secrets, now: datetime) -> Request:
    params = {
        **_texts(question.params),
        "method": question.path,
        "app_key": secrets["app_key"],
        "session": secrets["session"],
        "timestamp": now.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "format": "json",
        "v": "2.0",
        "sign_method": "md5",
    }
    return _form(question.url, {**params, "sign": wrapped_md5(secrets["app_secret"], joined(params))})


def _pinduoduo(question: Question, secrets: Secrets, now: datetime) -> Request:
    params = {
        **_texts(question.params),
        "type": question.path,
        "client_id": secrets["client_id"],
        "access_token": secrets["access_token"],
        "timestamp": str(int(now.timestamp())),
        "data_type": "JSON",
    }
    return _form(question.url, {**params, "sign": wrapped_md5(secrets["client_secret"], joined(params))})


def _jd(question: Question, secrets: Secrets, now: datetime) -> Request:
    # The platform's own example counts pages in texts, and sorts the keys of what is asked.
    asked = {
        key: str(value) if key in {"page", "page_size"} else value for key, value in question.params.items()
    }
    instant = now.astimezone(_BEIJING)
    params = {
        "360buy_param_json": compact(dict(sorted(asked.items()))),
        "access_token": secrets["access_token"],
        "app_key": secrets["app_key"],
        "method": question.path,
        "timestamp": f"{instant:%Y-%m-%d %H:%M:%S}.{instant.microsecond // 1000:03}{instant:%z}",
        "v": "2.0",
    }
    return _form(question.url, {**params, "sign": wrapped_md5(secrets["app_secret"], joined(params))})


def douyin_sign(app_key: str, secret: str, method: str, param_json: str, timestamp: str) -> str:
    """Return the signature of Douyin shop: HMAC-SHA256 over its five parts between two secrets."""
    text = f"app_key{app_key}method{method}param_json{param_json}timestamp{timestamp}v2"
    return hmac.new(secret.encode(), f"{secret}{text}{secret}".encode(), hashlib.sha256).hexdigest()


def _douyin(question: Question, secrets: Secrets, now: datetime) -> Request:
    method = question.path.strip("/").replace("/", ".")
    param_json = compact(dict(sorted(question.params.items())))
    stamp = now.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    params = {
        "app_key": secrets["app_key"],
        "method": method,
        "access_token": secrets["access_token"],
        "timestamp": stamp,
        "v": "2",
        "sign_method": "hmac-sha256",
        "sign": douyin_sign(secrets["app_key"], secrets["app_secret"], method, param_json, stamp),
    }
    return Request("POST", f"{question.url}?{urlencode(params)}", _JSON, param_json.encode())


def wangdiantong_sign(secret: str, params: Mapping[str, str], body: str) -> str:
    """Return the signature of Wangdiantong: MD5 of all, the body among them, between two secrets."""
    return _md5(f"{secret}{joined({**params, 'body': body})}{secret}")


def _wangdiantong(question: Question, secrets: Secrets, now: datetime) -> Request:
    # The pager's keys belong to the address, all others to the body.
    pager = {
        key: str(question.params[key])
        for key in ("page_no", "page_size", "calc_total")
        if key in question.params
    }
    body = compact([{key: value for key, value in question.params.items() if key not in pager}])
    params = {
        **pager,
        "method": question.path,
        "sid": secrets["sid"],
        "key": secrets["key"],
        "salt": secrets["salt"],
        "timestamp": str(int(now.timestamp()) - _WANGDIANTONG_EPOCH),
        "v": "1.0",
    }
    params["sign"] = wangdiantong_sign(secrets["secret"], params, body)
    return Request("POST", f"{question.url}?{urlencode(params)}", _JSON, body.encode())


def _kuaidi100(question: Question, secrets: Secrets, now: datetime) -> Request:  # noqa: ARG001 - signs no time
    param = compact(question.params)
    sign = kuaidi100_query(param, secrets["key"], secrets["customer"])
    return _form(question.url, {"customer": secrets["customer"], "param": param, "sign": sign})


def _header(name: str, secret: str, prefix: str = "") -> Sign:
    def sign(question: Question, secrets: Secrets, now: datetime) -> Request:  # noqa: ARG001 - signs no time
        return _plain(question, {name: prefix + secrets[secret]})

    return sign


def _basic(question: Question, secrets: Secrets, now: datetime) -> Request:  # noqa: ARG001 - signs no time
    pair = f"{secrets['user']}:{secrets['password']}".encode()
    return _plain(question, {"Authorization": f"Basic {base64.b64encode(pair).decode()}"})


def _unsigned(question: Question, secrets: Secrets, now: datetime) -> Request:  # noqa: ARG001 - signs nothing
    return _plain(question, {})


SCHEMES: Final[dict[str, Sign]] = {
    "none": _unsigned,
    "basic": _basic,
    "bearer": _header("Authorization", "access_token", "Bearer "),
    "shopify": _header("X-Shopify-Access-Token", "access_token"),
    "jushuitan": _jushuitan,
    "top": _top,
    "pinduoduo": _pinduoduo,
    "jd": _jd,
    "douyin": _douyin,
    "wangdiantong": _wangdiantong,
    "kuaidi100": _kuaidi100,
}
"""The signing schemes by the name that a description gives."""


def _plain(question: Question, headers: Mapping[str, str]) -> Request:
    if question.method == "GET":
        query = urlencode(_texts(question.params))
        return Request("GET", f"{question.url}?{query}" if query else question.url, headers)
    return Request("POST", question.url, {**_JSON, **headers}, compact(question.params).encode())


def _form(url: str, params: Mapping[str, str]) -> Request:
    return Request("POST", url, _FORM, urlencode(params).encode())


def _texts(params: Mapping[str, Any]) -> dict[str, str]:
    return {key: _text(value) for key, value in params.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return (
        value if isinstance(value, str) else compact(value) if isinstance(value, list | dict) else str(value)
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
