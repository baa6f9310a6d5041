"""Given a platform that behaves as documented, a pull lands every order, whatever happens on the way."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from orderhealth_pipeline.settings import Settings, read_settings
from orderhealth_pipeline.sources.check import check_source
from orderhealth_pipeline.sources.http.description import platforms, read_platform
from orderhealth_pipeline.sources.pull import pull_source
from orderhealth_pipeline.sources.pulled import PullResult
from tests.integration.sources import paged_servers
from tests.integration.sources import platform_server as servers
from tests.integration.sources.platform_server import SECRET, Asked, Shop, serving

SECRETS = {
    "jushuitan": {"app_key": "k", "app_secret": SECRET, "access_token": "token-1"},
    "pinduoduo": {"client_id": "k", "client_secret": SECRET, "access_token": "token-1"},
    "taobao": {"app_key": "k", "app_secret": SECRET, "session": "token-1"},
    "shopify": {"access_token": "token-1"},
    "stripe": {"access_token": "token-1"},
    "jd": {"app_key": "k", "app_secret": SECRET, "access_token": "token-1"},
    "wangdiantong": {"sid": "s", "key": "k", "salt": "salt", "secret": SECRET},
    "douyin": {"app_key": "k", "app_secret": SECRET, "access_token": "token-1"},
    "magento": {"access_token": "token-1"},
    "woocommerce": {"user": "ck", "password": SECRET},
}
ANSWERS: dict[str, servers.Answer] = {
    "jushuitan": servers.jushuitan,
    "pinduoduo": servers.pinduoduo,
    "taobao": servers.taobao,
    "shopify": servers.shopify,
    "stripe": servers.stripe,
    "jd": paged_servers.jd,
    "wangdiantong": paged_servers.wangdiantong,
    "douyin": paged_servers.douyin,
    "magento": paged_servers.magento,
    "woocommerce": paged_servers.woocommerce,
}
LISTS = {"stripe": "payment_intents"}
EVERY = pytest.mark.parametrize("platform", ANSWERS)


def orders(count: int, hours: float = 5) -> list[dict[str, Any]]:
    """Orders that changed one after the other, the last ten minutes ago."""
    now = datetime.now(UTC)
    step = timedelta(hours=hours) / count
    return [
        {"id": f"O{number:04}", "amount": 12.1, "at": now - timedelta(minutes=10) - step * (count - number)}
        for number in range(count)
    ]


def settings_of(folder: Path, platform: str, base: str, extra: str = "") -> Settings:
    (folder / "orderhealth.yml").write_text(
        f"""
sources:
  shop:
    type: http
    platform: {platform}
    base: {base}
    lists: [{LISTS.get(platform, "orders")}]
    secrets: {json.dumps({name: f"${{{name.upper()}}}" for name in SECRETS[platform]})}
    since: {(datetime.now(UTC) - timedelta(hours=6)).isoformat()}
    {extra}
""",
        encoding="utf-8",
    )
    environment = {name.upper(): value for name, value in SECRETS[platform].items()}
    return read_settings(folder / "orderhealth.yml", environment)


def pull(settings: Settings, slept: list[float] | None = None, now: datetime | None = None) -> PullResult:
    sleep = (lambda _: None) if slept is None else slept.append
    return pull_source(settings, "shop", now=now or datetime.now(UTC), sleep=sleep)


def landed(settings: Settings, platform: str) -> list[str]:
    """The ids of all records that landed, in order."""
    form = read_platform(platform).lists[LISTS.get(platform, "orders")]
    found = []
    for file in sorted(settings.landing_of("shop").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            answer = json.loads(line)
            for name in filter(None, form.records.split(".")):
                answer = answer[name]
            found += [each["id"] for each in (answer if isinstance(answer, list) else [answer])]
    return found


@EVERY
def test_every_order_lands_once(platform: str, tmp_path: Path) -> None:
    shop = Shop(orders(330))
    with serving(shop, ANSWERS[platform]) as base:
        settings = settings_of(tmp_path, platform, base)
        assert pull(settings).trouble is None
        assert sorted(landed(settings, platform)) == [each["id"] for each in shop.orders]
        assert pull(settings).rows == 0
        shop.orders.append({"id": "NEW", "at": datetime.now(UTC) - timedelta(minutes=4)})
        assert pull(settings).rows == 1


@pytest.mark.parametrize("platform", ["jushuitan", "shopify"])
@pytest.mark.parametrize("after", ["2", None])
def test_a_platform_that_asks_for_patience_gets_it(platform: str, after: str | None, tmp_path: Path) -> None:
    headers = {} if after is None else {"Retry-After": after}
    slept: list[float] = []
    shop = Shop(
        orders(3), failures=[Response("slow down", 429, headers), Response("slow down", 429, headers)]
    )
    with serving(shop, ANSWERS[platform]) as base:
        settings = settings_of(tmp_path, platform, base)
        assert pull(settings, slept).rows == 3
    assert [each for each in slept if each >= 1] == ([2.0, 2.0] if after else [1.0, 2.0])


@EVERY
def test_half_a_page_and_a_server_that_stumbles_are_asked_again(platform: str, tmp_path: Path) -> None:
    shop = Shop(orders(3), failures=[Response('{"data": {"orders": [{"id"'), Response("oops", 502)])
    with serving(shop, ANSWERS[platform]) as base:
        settings = settings_of(tmp_path, platform, base)
        assert pull(settings).rows == 3


def test_what_landed_before_a_failure_stays_and_is_not_asked_for_again(tmp_path: Path) -> None:
    shop = Shop(orders(40))
    with serving(shop, servers.pinduoduo) as base:
        settings = settings_of(tmp_path, "pinduoduo", base)
        shop.during = lambda number: (
            shop.failures.extend([Response("oops", 500)] * 3) if number == 8 else None
        )
        failed = pull(settings)
        assert failed.trouble is not None
        assert 0 < failed.rows < 40
        shop.during = lambda _: None
        shop.failures.clear()
        asked = len(shop.asked)
        assert pull(settings).rows == 40 - failed.rows
        assert len(shop.asked) - asked < asked
    assert sorted(landed(settings, "pinduoduo")) == [each["id"] for each in shop.orders]


@pytest.mark.parametrize("minutes", [-20, 20])
def test_the_platforms_clock_counts(minutes: int, tmp_path: Path) -> None:
    shop = Shop(orders(5), skew=timedelta(minutes=minutes))
    for each in shop.orders:
        each["at"] += shop.skew
    with serving(shop, servers.jushuitan) as base:
        settings = settings_of(tmp_path, "jushuitan", base)
        assert pull(settings).rows == 5
        # What changes at the platform's next minute is not passed over, though this clock may be ahead of it.
        shop.orders.append({"id": "NEXT", "at": shop.now() + timedelta(seconds=1)})
        later = datetime.now(UTC) + timedelta(minutes=1)
        shop.skew += timedelta(minutes=1)
        assert pull(settings, now=later).rows == 1
        warnings = [each.said for each in check_source(settings, "shop", datetime.now(UTC))]
        assert any("clock" in each for each in warnings)


def test_rows_that_change_while_pages_are_walked_are_not_lost(tmp_path: Path) -> None:
    for platform in ("pinduoduo", "taobao", "jd", "wangdiantong", "douyin"):
        folder = tmp_path / platform
        folder.mkdir()
        shop = Shop(orders(330, hours=0.1))

        def change(number: int, shop: Shop = shop) -> None:
            # An order that was on a page already read, or not yet, changes and leaves the window.
            if 2 <= number <= 5:
                shop.orders[number * 3]["at"] = shop.now() + timedelta(hours=1)

        shop.during = change
        with serving(shop, ANSWERS[platform]) as base:
            settings = settings_of(folder, platform, base)
            assert pull(settings).trouble is None
        stayed = {each["id"] for each in shop.orders if each["at"] < shop.now()}
        assert stayed <= set(landed(settings, platform)), platform


def test_a_token_that_expires_in_between_keeps_what_landed_and_is_told_without_it(tmp_path: Path) -> None:
    shop = Shop(orders(30))
    with serving(shop, servers.stripe) as base:
        settings = settings_of(tmp_path, "stripe", base)
        shop.token = "token-2"
        result = pull(settings)
        assert "refuses the key or token" in str(result.trouble)
    told = str(result) + (settings.landing_of("shop") / ".shop.state.json").read_text(encoding="utf-8")
    assert "token-1" not in told


def test_what_a_platform_says_in_an_answer_that_looks_well_is_understood(tmp_path: Path) -> None:
    busy = JSONResponse({"status": 100, "message": "超过每分钟最大调用频率限制，请稍后重试"})
    shop = Shop(orders(3), failures=[busy])
    with serving(shop, paged_servers.wangdiantong) as base:
        assert pull(settings_of(tmp_path, "wangdiantong", base)).rows == 3
    shop.token = "token-2"
    (tmp_path / "jd").mkdir()
    with serving(shop, paged_servers.jd) as base:
        assert "已过期" in str(pull(settings_of(tmp_path / "jd", "jd", base)).trouble)


OWN = """
title: {zh: 自有, en: own}
secrets: [client]
sign: bearer
rate: {per_second: 1000, burst: 1000}
token: {path: /token, send: {client: "{client}"}}
lists:
  orders:
    path: /orders
    method: GET
    pages: {by: cursor, param: after, next: next}
    records: orders
"""


def test_a_description_of_ones_own_gets_a_new_token_when_the_old_one_expires(tmp_path: Path) -> None:
    issued: list[str] = []

    def answer(asked: Asked) -> Response:
        request, given = asked.request, asked.given
        if request.url.path == "/token":
            issued.append(f"fresh-{len(issued)}")
            return JSONResponse({"access_token": issued[-1]})
        if request.headers["Authorization"] not in {f"Bearer {each}" for each in issued[-1:]}:
            return JSONResponse({"error": "expired"}, 401)
        after = int(given.get("after", "0"))
        return JSONResponse({"orders": [{"id": after}], "next": after + 1 if after < 4 else None})

    (tmp_path / "own.yml").write_text(OWN, encoding="utf-8")
    (tmp_path / "orderhealth.yml").write_text(
        "sources:\n  shop:\n    {type: http, platform: PLATFORM, base: BASE, "
        "secrets: {client: c, access_token: old}}\n",
        encoding="utf-8",
    )
    with serving(Shop(), answer) as base:
        text = (tmp_path / "orderhealth.yml").read_text(encoding="utf-8")
        text = text.replace("PLATFORM", str(tmp_path / "own.yml")).replace("BASE", base)
        (tmp_path / "orderhealth.yml").write_text(text, encoding="utf-8")
        settings = read_settings(tmp_path / "orderhealth.yml", {})
        assert pull(settings).rows == 5
    assert issued == ["fresh-0"]


def test_a_link_to_another_host_gets_no_token(tmp_path: Path) -> None:
    def answer(_: Asked) -> Response:
        return JSONResponse(
            {"orders": [{"id": 1}]}, headers={"Link": '<http://127.0.0.1:9/other>; rel="next"'}
        )

    with serving(Shop(), answer) as base:
        result = pull(settings_of(tmp_path, "shopify", base))
    assert "another host" in str(result.trouble)


def test_an_answer_of_another_form_is_trouble_and_no_empty_list(tmp_path: Path) -> None:
    with serving(Shop(), lambda _: JSONResponse({"items": []})) as base:
        result = pull(settings_of(tmp_path, "shopify", base))
    assert "orders" in str(result.trouble)


@pytest.mark.parametrize("platform", platforms())
def test_a_description_has_at_most_sixty_lines(platform: str) -> None:
    read_platform(platform)
    file = (
        Path(servers.__file__).parents[3] / "orderhealth_pipeline/sources/http/platforms" / f"{platform}.yml"
    )
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 60
