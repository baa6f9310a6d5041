"""Who signs webhooks how: one function a scheme, from headers and body to events, or a refusal.

What belongs here: choosing the scheme, and what platforms want to hear. What does not: the arithmetic of
signatures (signatures.py), and keeping events (spool.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qs

from orderhealth_pipeline.respond.sinks.standard_webhooks import (
    ID_HEADER,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    webhook_key,
)
from orderhealth_pipeline.settings.sources import PushScheme
from orderhealth_pipeline.sources.push import signatures


class RefusedPushError(Exception):
    """What came is not kept: it is not signed, too old, or nothing that can be read."""

    def __init__(self, reason: str, status: int = 401) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True)
class Push:
    """One request as it came; names of headers are in small letters."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    def header(self, *names: str) -> str:
        """Return the first of some headers that is there; empty without one."""
        return next((self.headers[name] for name in names if name in self.headers), "")

    def form(self) -> dict[str, str]:
        """Return the fields of a form. Raises RefusedPushError for what is none."""
        try:
            fields = parse_qs(self.body.decode(), keep_blank_values=True, strict_parsing=True)
        except ValueError:
            raise RefusedPushError("no form", 400) from None
        return {name: values[0] for name, values in fields.items()}


@dataclass(frozen=True)
class Keys:
    """What a source is signed with: secrets that count side by side, and what else the platform has."""

    secrets: tuple[str, ...]
    other: str
    tolerance: timedelta


@dataclass(frozen=True)
class Event:
    """One event: the id that its repetitions share, and its JSON as it came."""

    id: str
    payload: str


@dataclass(frozen=True)
class Scheme:
    """How a platform's requests are read, and what it wants to hear when they are kept."""

    read: Callable[[Push, Keys, datetime], list[Event]]
    answer: Mapping[str, Any] = field(default_factory=dict)


def _generic(push: Push, keys: Keys, now: datetime) -> list[Event]:
    """Standard Webhooks: id, instant and body are signed together."""
    stamp = push.header(TIMESTAMP_HEADER)
    _require_recent(stamp, keys.tolerance, now)
    signed = b".".join((push.header(ID_HEADER).encode(), stamp.encode(), push.body))
    given = [
        part.removeprefix("v1,") for part in push.header(SIGNATURE_HEADER).split() if part.startswith("v1,")
    ]
    expected = [signatures.base64_hmac(webhook_key(each) or each.encode(), signed) for each in keys.secrets]
    _require(signatures.is_among(given, expected))
    return _events(push.header(ID_HEADER), push.body)


def _token(push: Push, keys: Keys, now: datetime) -> list[Event]:  # noqa: ARG001 - signs no time
    """A secret in the address or a header, for systems that can sign nothing."""
    given = push.header("authorization").removeprefix("Bearer ") or push.query.get("token", "")
    _require(signatures.is_among([given], keys.secrets))
    return _events("", push.body)


def _hmac_of_body(*names: str, id_names: tuple[str, ...] = (), id_key: str = "") -> Any:
    """Return a scheme that signs the body in a header as base64; the id is a header or a key of the body."""

    def read(push: Push, keys: Keys, now: datetime) -> list[Event]:  # noqa: ARG001 - signs no time
        expected = [signatures.base64_hmac(each.encode(), push.body) for each in keys.secrets]
        _require(signatures.is_among([push.header(*names)], expected))
        found = push.header(*id_names) if id_names else _key_of(push.body, id_key)
        return _events(found, push.body)

    return read


def _stripe(push: Push, keys: Keys, now: datetime) -> list[Event]:
    parts = [part.split("=", 1) for part in push.header("stripe-signature").split(",") if "=" in part]
    stamp = next((value for name, value in parts if name.strip() == "t"), "")
    _require_recent(stamp, keys.tolerance, now)
    signed = stamp.encode() + b"." + push.body
    expected = [signatures.hex_hmac(each.encode(), signed) for each in keys.secrets]
    _require(signatures.is_among([value for name, value in parts if name.strip() == "v1"], expected))
    return _events(_key_of(push.body, "id"), push.body)


def _kuaidi100(push: Push, keys: Keys, now: datetime) -> list[Event]:  # noqa: ARG001 - signs no time
    form = push.form()
    param = form.get("param", "")
    expected = [signatures.md5(param + each).upper() for each in keys.secrets]
    _require(signatures.is_among([form.get("sign", "").upper()], expected))
    return _events("", param.encode())


def _kdniao(push: Push, keys: Keys, now: datetime) -> list[Event]:  # noqa: ARG001 - signs no time
    """Take DataSign where it is sent; how pushes are signed is not documented, so a token does as well."""
    form = push.form()
    data, sign = form.get("RequestData", ""), form.get("DataSign", "")
    if sign:
        _require(signatures.is_among([sign], [signatures.kdniao(data, each) for each in keys.secrets]))
    else:
        _require(signatures.is_among([push.query.get("token", "")], keys.secrets))
    return _events("", data.encode())


def _douyin(push: Push, keys: Keys, now: datetime) -> list[Event]:  # noqa: ARG001 - signs no time
    body = push.body.decode(errors="replace")
    expected = [signatures.md5(keys.other + body + each) for each in keys.secrets]
    _require(signatures.is_among([push.header("event-sign").lower()], expected))
    return _events("", push.body, id_key="msg_id")


def _seventeen_track(push: Push, keys: Keys, now: datetime) -> list[Event]:  # noqa: ARG001 - signs no time
    expected = [sha256(push.body + b"/" + each.encode()).hexdigest() for each in keys.secrets]
    _require(signatures.is_among([push.header("sign").lower()], expected))
    return _events("", push.body)


def _wechat_pay(push: Push, keys: Keys, now: datetime) -> list[Event]:
    stamp, nonce = push.header("wechatpay-timestamp"), push.header("wechatpay-nonce")
    _require_recent(stamp, keys.tolerance, now)
    signed = b"\n".join((stamp.encode(), nonce.encode(), push.body, b""))
    _require(signatures.is_signed_by(keys.other, push.header("wechatpay-signature"), signed))
    said = _parsed(push.body)
    resource = said.get("resource") if isinstance(said, dict) else None
    opened = [signatures.opened(each, resource or {}) for each in keys.secrets]
    text = next((each for each in opened if each is not None), None)
    if text is None:
        raise RefusedPushError("its content cannot be decrypted", 400)
    return _events(str(said.get("id", "")), text)


SCHEMES: Final[dict[PushScheme, Scheme]] = {
    "generic": Scheme(_generic),
    "token": Scheme(_token),
    "shopify": Scheme(
        _hmac_of_body(
            "x-shopify-hmac-sha256",
            "shopify-hmac-sha256",
            id_names=("x-shopify-webhook-id", "shopify-webhook-id"),
        )
    ),
    "woocommerce": Scheme(_hmac_of_body("x-wc-webhook-signature", id_names=("x-wc-webhook-delivery-id",))),
    "aftership": Scheme(_hmac_of_body("aftership-hmac-sha256", id_key="event_id")),
    "stripe": Scheme(_stripe),
    "kuaidi100": Scheme(_kuaidi100, {"result": True, "returnCode": "200", "message": "成功"}),
    "kdniao": Scheme(_kdniao, {"Success": True, "Reason": ""}),
    "douyin": Scheme(_douyin, {"code": 0, "msg": "success"}),
    "17track": Scheme(_seventeen_track),
    "wechat_pay": Scheme(_wechat_pay, {"code": "SUCCESS", "message": "成功"}),
}
"""The schemes by the name that a configuration gives."""


def _events(event_id: str, body: bytes | str, id_key: str = "") -> list[Event]:
    """Return the events of a body: one an object. Without an id of its own, its content is its id."""
    text = body if isinstance(body, str) else body.decode(errors="replace")
    said = _parsed(body)
    several: Sequence[Any] = said if isinstance(said, list) else [said]
    if not all(isinstance(each, dict) for each in several):
        raise RefusedPushError("a JSON object is expected", 400)
    found = []
    for place, each in enumerate(several):
        # What came alone is kept as it came; line breaks in JSON stand between values only.
        payload = (
            json.dumps(each, ensure_ascii=False)
            if isinstance(said, list)
            else text.replace("\r", " ").replace("\n", " ")
        )
        own = (
            str(each.get(id_key, ""))
            if id_key
            else event_id and (f"{event_id}/{place}" if place else event_id)
        )
        found.append(Event(own or sha256(payload.encode()).hexdigest(), payload))
    return found


def _key_of(body: bytes, key: str) -> str:
    said = _parsed(body)
    return str(said.get(key, "")) if isinstance(said, dict) else ""


def _parsed(body: bytes | str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedPushError("no JSON", 400) from None


def _require(is_signed: bool) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    if not is_signed:
        raise RefusedPushError("the signature is not right")


def _require_recent(stamp: str, tolerance: timedelta, now: datetime) -> None:
    try:
        age = abs(now.timestamp() - int(stamp))
    except ValueError:
        raise RefusedPushError("no instant is signed") from None
    if age > tolerance.total_seconds():
        raise RefusedPushError("it was signed too long ago, or a clock is wrong")
