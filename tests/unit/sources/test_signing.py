"""Given the documented examples of platforms, requests are signed as they say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from orderhealth_pipeline.sources.http.signing import (
    SCHEMES,
    Question,
    joined,
    kdniao_data,
    kuaidi100_query,
    prefixed_md5,
    wangdiantong_sign,
    wrapped_md5,
)
from tests.real_data import REAL_DATA

NOW = datetime(2021, 12, 10, 9, 26, 47, tzinfo=UTC)
JUSHUITAN = {
    "app_key": "5b53060f23d84ddf9703056e84fa5a2d",
    "access_token": "d7b01bf0842a4742a9450e21ffd95f60",
    "app_secret": "e9c5ca33fecb404b8e6cdbd0ef4a6d25",
}


def test_jushuitan_signs_as_its_own_example() -> None:
    params = {"page_index": "1", "page_size": "100", "nicks": ["老板"]}
    question = Question("POST", "https://api.example.com/x", "/x", params)
    request = SCHEMES["jushuitan"](question, JUSHUITAN, NOW)
    assert request.body is not None
    sent = parse_qs(request.body.decode())
    assert sent["timestamp"] == ["1639128407"]
    assert sent["sign"] == ["395f5a78b446be465ac03a02491296c7"]


def test_pinduoduo_signs_as_its_own_example() -> None:
    text = (
        "access_tokenasd78172s8ds9a921j9qqwda12312w1w21211client_id1data_typeXMLorder_status1page1"
        "page_size10timestamp1480411125typepdd.order.number.list.get"
    )
    assert wrapped_md5("testSecret", text) == "E4DE3ED21002510DED352819E7AE6775"


def test_jd_signs_as_its_own_example() -> None:
    params = {
        "start_date": None,
        "end_date": None,
        "optional_fields": None,
        "order_state": "WAIT_SELLER_STOCK_OUT",
        "page": 1,
        "page_size": 200,
    }
    question = Question("POST", "https://api.example.com/x", "jingdong.pop.order.search", params)
    secrets = {"app_key": "yourappkey", "app_secret": "yourappSecret", "access_token": "yourtoken"}
    now = datetime(2021, 5, 7, 1, 20, 39, 683_000, tzinfo=UTC)
    request = SCHEMES["jd"](question, secrets, now)
    assert request.body is not None
    sent = parse_qs(request.body.decode())
    assert sent["timestamp"] == ["2021-05-07 09:20:39.683+0800"]
    assert sent["sign"] == ["D70825340F4084360B9362B60DFD7930"]


@pytest.mark.parametrize(
    "scheme", [name for name in SCHEMES if name not in {"none", "basic", "bearer", "shopify"}]
)
def test_a_signature_never_carries_its_secret(scheme: str) -> None:
    names = ("app_key", "app_secret", "access_token", "session", "client_id", "client_secret")
    secrets = {name: f"of-{name}" for name in (*names, "sid", "key", "salt", "secret", "customer")}
    request = SCHEMES[scheme](Question("POST", "https://a.example.com", "m", {"a": 1}), secrets, NOW)
    sent = f"{request.url} {request.headers} {request.body!r}"
    for secret in ("of-app_secret", "of-client_secret", "of-secret"):
        assert secret not in sent


def test_shopify_and_stripe_carry_a_token_in_a_header_and_the_question_in_the_address() -> None:
    question = Question("GET", "https://a.example.com/x", "/x", {"created[gte]": 5, "status": "any"})
    shopify = SCHEMES["shopify"](question, {"access_token": "t"}, NOW)
    stripe = SCHEMES["bearer"](question, {"access_token": "t"}, NOW)
    assert shopify.headers == {"X-Shopify-Access-Token": "t"}
    assert stripe.headers == {"Authorization": "Bearer t"}
    assert parse_qs(urlsplit(stripe.url).query) == {"created[gte]": ["5"], "status": ["any"]}


def vectors() -> dict[tuple[str, str], dict[str, Any]]:
    text = (REAL_DATA / "platforms" / "signatures" / "vectors.json").read_text(encoding="utf-8")
    return {(each["platform"], each["kind"]): each for each in json.loads(text)}


@pytest.mark.real_data
def test_all_vectors_of_requests() -> None:
    known = vectors()
    jushuitan = known["jushuitan", "request sign"]
    assert prefixed_md5(jushuitan["secret"], joined(jushuitan["params"])) == jushuitan["expected"]
    for platform in ("pinduoduo", "jd"):
        given = known[platform, "request sign"]
        assert wrapped_md5(given["secret"], given["string"]) == given["expected"]
    query = known["kuaidi100", "query sign"]
    assert kuaidi100_query(query["param"], query["key"], query["customer"]) == query["expected"]
    kdniao = known["kdniao", "DataSign"]
    assert kdniao_data(kdniao["request_data"], kdniao["app_key"]) == kdniao["expected"]
    given = known["wangdiantong", "request sign"]
    params = {name: value for name, value in given["params"].items() if name != "body"}
    assert wangdiantong_sign(given["secret"], params, given["params"]["body"]) == given["expected"]
