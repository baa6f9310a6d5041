"""Given webhooks as platforms sign them, the right ones are events, and all others are refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from orderhealth_pipeline.respond.sinks.standard_webhooks import signed_headers
from orderhealth_pipeline.settings.sources import PushScheme
from orderhealth_pipeline.sources.push import signatures
from orderhealth_pipeline.sources.push.schemes import SCHEMES, Event, Keys, Push, RefusedPushError
from tests.real_data import REAL_DATA

NOW = datetime(2026, 11, 6, 21, 20, tzinfo=UTC)
SECRET = "0123456789abcdef0123456789abcdef"
BODY = '{"id":6000000000001,"name":"#1001"}'
PRIVATE = rsa.generate_private_key(65537, 2048)
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
TRANSACTION = '{"out_trade_no":"O1","trade_state":"SUCCESS"}'


def keys(secret: str = SECRET, other: str = "ak") -> Keys:
    return Keys(("other", secret), other, timedelta(minutes=5))


def read(scheme: PushScheme, push: Push, given: Keys | None = None, now: datetime = NOW) -> list[Event]:
    return SCHEMES[scheme].read(push, given or keys(), now)


def generic() -> Push:
    return Push(signed_headers("evt-1", NOW, BODY.encode(), [SECRET]), {}, BODY.encode())


def of_body(header: str, id_header: str = "") -> Push:
    headers = {header: signatures.base64_hmac(SECRET.encode(), BODY.encode())}
    return Push(headers | ({id_header: "evt-1"} if id_header else {}), {}, BODY.encode())


def stripe(at: datetime = NOW) -> Push:
    stamp = int(at.timestamp())
    sign = signatures.hex_hmac(SECRET.encode(), f"{stamp}.{BODY}".encode())
    return Push({"stripe-signature": f"t={stamp},v1=00,v1={sign},v0=1"}, {}, BODY.encode())


def kuaidi100() -> Push:
    form = {"param": BODY, "sign": signatures.md5(BODY + SECRET).upper()}
    return Push({}, {}, urlencode(form).encode())


def kdniao() -> Push:
    form = {"RequestData": BODY, "DataSign": signatures.kdniao(BODY, SECRET), "RequestType": "101"}
    return Push({}, {}, urlencode(form).encode())


def douyin() -> Push:
    body = '[{"tag":"101","msg_id":"7:0:1","data":"{\\"p_id\\":6917000000000000020}"},{"msg_id":"8"}]'
    return Push({"event-sign": signatures.md5("ak" + body + SECRET)}, {}, body.encode())


def wechat_pay(at: datetime = NOW) -> Push:
    sealed = AESGCM(SECRET.encode()).encrypt(b"n0nce0123456", TRANSACTION.encode(), b"transaction")
    resource = {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(sealed).decode(),
        "nonce": "n0nce0123456",
        "associated_data": "transaction",
    }
    body = json.dumps({"id": "evt-1", "event_type": "TRANSACTION.SUCCESS", "resource": resource})
    stamp = str(int(at.timestamp()))
    signature = PRIVATE.sign(f"{stamp}\nabc\n{body}\n".encode(), PKCS1v15(), SHA256())
    headers = {
        "wechatpay-timestamp": stamp,
        "wechatpay-nonce": "abc",
        "wechatpay-signature": base64.b64encode(signature).decode(),
        "wechatpay-serial": "1",
    }
    return Push(headers, {}, body.encode())


PUSHES: dict[PushScheme, Callable[[], Push]] = {
    "generic": generic,
    "token": lambda: Push({}, {"token": SECRET}, BODY.encode()),
    "shopify": lambda: of_body("x-shopify-hmac-sha256", "x-shopify-webhook-id"),
    "woocommerce": lambda: of_body("x-wc-webhook-signature", "x-wc-webhook-delivery-id"),
    "aftership": lambda: of_body("aftership-hmac-sha256"),
    "stripe": stripe,
    "kuaidi100": kuaidi100,
    "kdniao": kdniao,
    "douyin": douyin,
    "17track": lambda: Push({"sign": sha256(f"{BODY}/{SECRET}".encode()).hexdigest()}, {}, BODY.encode()),
    "wechat_pay": wechat_pay,
}


def keys_of(scheme: PushScheme, secret: str = SECRET) -> Keys:
    return keys(secret, PUBLIC if scheme == "wechat_pay" else "ak")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_signed_is_an_event_with_its_own_text(scheme: PushScheme) -> None:
    events = read(scheme, PUSHES[scheme](), keys_of(scheme))
    assert len(events) == (2 if scheme == "douyin" else 1)
    assert len({event.id for event in events}) == len(events)
    if scheme == "wechat_pay":
        assert events == [Event("evt-1", TRANSACTION)]
    elif scheme != "douyin":
        assert events[0].payload == BODY


@pytest.mark.parametrize("scheme", SCHEMES)
def test_another_secret_is_refused(scheme: PushScheme) -> None:
    with pytest.raises(RefusedPushError):
        read(scheme, PUSHES[scheme](), keys_of(scheme, "another-secret-of-32-characters!"))


@pytest.mark.parametrize("scheme", [scheme for scheme in SCHEMES if scheme != "token"])
def test_a_changed_body_is_refused(scheme: PushScheme) -> None:
    push = PUSHES[scheme]()
    spoilt = (
        push.body.replace(b"6000000000001", b"6000000000002")
        .replace(b"6917", b"6918")
        .replace(b"evt", b"evx")
    )
    spoilt = spoilt.replace(b"%3A6000", b"%3A6001")
    assert spoilt != push.body
    with pytest.raises(RefusedPushError):
        read(scheme, Push(push.headers, push.query, spoilt), keys_of(scheme))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_signed_is_refused(scheme: PushScheme) -> None:
    unsigned: dict[str, bytes] = {"kuaidi100": b"param=1", "kdniao": b"RequestData=1"}
    with pytest.raises(RefusedPushError):
        read(scheme, Push({}, {}, unsigned.get(scheme, PUSHES[scheme]().body)), keys_of(scheme))


@pytest.mark.parametrize("make", [stripe, wechat_pay])
@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_was_signed_long_ago_is_a_replay(make: Callable[[datetime], Push], minutes: int) -> None:
    scheme: PushScheme = "stripe" if make is stripe else "wechat_pay"
    push = make(NOW - timedelta(minutes=minutes))
    with pytest.raises(RefusedPushError):
        read(scheme, push, keys_of(scheme))


def test_repetitions_share_an_id() -> None:
    assert read("kuaidi100", kuaidi100()) == read("kuaidi100", kuaidi100())
    assert read("generic", generic())[0].id == "evt-1"


@pytest.mark.parametrize("body", [b"", b"[1]", b"null", b'"x"', b"<xml/>", b"\xff\xfe"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(RefusedPushError) as refused:
        read("token", Push({}, {"token": SECRET}, body))
    assert refused.value.status == 400


def vectors() -> dict[tuple[str, str], dict[str, Any]]:
    text = (REAL_DATA / "platforms" / "signatures" / "vectors.json").read_text(encoding="utf-8")
    return {(each["platform"], each["kind"].split()[0]): each for each in json.loads(text)}


@pytest.mark.real_data
def test_all_vectors_of_webhooks() -> None:
    known = vectors()
    for platform, header in (
        ("shopify", "x-shopify-hmac-sha256"),
        ("woocommerce", "x-wc-webhook-signature"),
        ("aftership", "aftership-hmac-sha256"),
    ):
        given = known[platform, "webhook"]
        push = Push({header: given["expected"]}, {}, given["body"].encode())
        assert SCHEMES[platform].read(push, keys(given["secret"]), NOW)  # type: ignore[index]
    given = known["stripe", "webhook"]
    push = Push({"stripe-signature": given["expected"]}, {}, given["body"].encode())
    assert read("stripe", push, keys(given["secret"]), datetime.fromtimestamp(given["timestamp"], UTC))
    given = known["kuaidi100", "push"]
    body = urlencode({"param": given["param"], "sign": given["expected"]}).encode()
    assert read("kuaidi100", Push({}, {}, body), keys(given["salt"]))
    given = known["douyin", "push"]
    push = Push({"event-sign": given["expected"]}, {}, given["body"].encode())
    assert read("douyin", push, keys(given["app_secret"], given["app_key"]))
    given = known["17track", "webhook"]
    push = Push({"sign": given["expected"]}, {}, given["body"].encode())
    assert read("17track", push, keys(given["key"]))
