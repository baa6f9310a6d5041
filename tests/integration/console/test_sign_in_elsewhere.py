"""Signing in with another system, against servers that behave as theirs do: OIDC, WeCom, DingTalk, Feishu."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.console import ConsoleSettings
from tests.integration.console.sign_in_platforms import Platform, running_platform
from tests.unit.console.people import HOST, Clock

# The mock provider calls what its own library will do without one day.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")

WECOM = {
    "type": "wecom",
    "corp_id": "ww1",
    "agent_id": "1000002",
    "secret": "s3cret",
    "newcomers": "operator",
}
DINGTALK = {
    "type": "dingtalk",
    "client_id": "ding1",
    "client_secret": "s3cret",
    "corp_id": "dingcorp",
    "newcomers": "viewer",
}
FEISHU = {
    "type": "feishu",
    "app_id": "cli_1",
    "app_secret": "s3cret",
    "tenant_key": "t1",
    "newcomers": "viewer",
}


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with running_platform() as running:
        yield running


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


def browser(folder: Path, *sign_in: dict[str, Any], clock: Clock | None = None) -> TestClient:
    """Open a console that nobody has an account of, from elsewhere."""
    settings = Settings(
        store=folder / "s.duckdb",
        desk=SecretStr(str(folder / "desk.db")),
        console=ConsoleSettings.model_validate({"sign_in": sign_in}),
        locale="en",
    )
    app = create_app(settings, clock or Clock())
    return TestClient(app, HOST, client=("192.0.2.7", 5000), follow_redirects=False)


def leave(client: TestClient, way: str, **headers: str) -> tuple[str, dict[str, str]]:
    """Go to the other system, and return where that is and what was asked of it."""
    answer = client.get(f"/sign-in/{way}?next=/cases", headers=headers)
    assert answer.status_code == 303, answer.text
    asked = urlsplit(answer.headers["location"])
    query = {name: values[0] for name, values in parse_qs(asked.query).items()}
    return f"{asked.scheme}://{asked.netloc}{asked.path}", query


def me(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/me").json()
    return found


def test_oidc_lets_in_whom_the_provider_knows(provider: str, tmp_path: Path) -> None:
    way = {"type": "oidc", "issuer": provider, "client_id": "c", "client_secret": "s", "newcomers": "viewer"}
    client = browser(tmp_path, way)
    page, asked = leave(client, "oidc")
    assert page == f"{provider}/oauth2/authorize"
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    consent = httpx.post(page, params=asked, data={"sub": "zhang.san@example.com"})
    back = consent.headers["location"].removeprefix(HOST)
    done = client.get(back)
    assert done.status_code == 303, done.text[-900:]
    assert done.headers["location"] == "/cases"
    assert (me(client)["name"], me(client)["role"]) == ("zhang.san@example.com", "viewer")
    assert client.get(back).status_code == 403, "a code is good once"


def test_oidc_lets_nobody_in_with_the_answer_of_another_journey(provider: str, tmp_path: Path) -> None:
    way = {"type": "oidc", "issuer": provider, "client_id": "c", "client_secret": "s", "newcomers": "viewer"}
    client = browser(tmp_path, way)
    page, asked = leave(client, "oidc")
    consent = httpx.post(page, params={**asked, "nonce": "another"}, data={"sub": "eve"})
    assert client.get(consent.headers["location"].removeprefix(HOST)).status_code == 403
    page, asked = leave(client, "oidc")
    consent = httpx.post(page, params={**asked, "state": "another"}, data={"sub": "eve"})
    assert client.get(consent.headers["location"].removeprefix(HOST)).status_code == 403
    denied = client.get(f"/sign-in/oidc/back?error=access_denied&state={asked['state']}")
    assert (denied.status_code, "did not let you in" in denied.text) == (403, True)


def test_a_provider_that_does_not_answer_is_said(tmp_path: Path) -> None:
    way = {"type": "oidc", "issuer": "http://127.0.0.1:9", "client_id": "c", "client_secret": "s3cret"}
    answer = browser(tmp_path, way).get("/sign-in/oidc")
    assert (answer.status_code, "s3cret" in answer.text) == (502, False)


def test_wecom_lets_members_in(platform: Platform, tmp_path: Path) -> None:
    client = browser(tmp_path, {**WECOM, "api": platform.url})
    page, asked = leave(client, "wecom")
    assert page == "https://login.work.weixin.qq.com/wwlogin/sso/login"
    assert asked["redirect_uri"] == f"{HOST}/sign-in/wecom/back"
    inside, within = leave(client, "wecom", **{"user-agent": "Mozilla wxwork/4.1 MicroMessenger"})
    assert inside == "https://open.weixin.qq.com/connect/oauth2/authorize"
    assert within["scope"] == "snsapi_base"
    platform.codes["c1"] = {"userid": "ZhangSan"}
    done = client.get(f"/sign-in/wecom/back?code=c1&state={within['state']}")
    assert done.headers["location"] == "/cases"
    assert (me(client)["name"], me(client)["role"]) == ("ZhangSan", "operator")


def test_wecom_lets_nobody_else_in(platform: Platform, tmp_path: Path) -> None:
    client = browser(tmp_path, {**WECOM, "api": platform.url})
    platform.codes["c2"] = {"openid": "oAbc"}
    for code, reason in (("c2", "not a member"), ("wrong", "errcode 40029")):
        _, asked = leave(client, "wecom")
        answer = client.get(f"/sign-in/wecom/back?code={code}&state={asked['state']}")
        assert (answer.status_code, reason in answer.text) == (403, True)
    _, asked = leave(client, "wecom")
    platform.codes["c3"] = {"userid": "ZhangSan"}
    assert client.get("/sign-in/wecom/back?code=c3&state=forged").status_code == 403
    client.cookies.clear()
    assert client.get(f"/sign-in/wecom/back?code=c3&state={asked['state']}").status_code == 403
    assert "c3" in platform.codes


def test_a_journey_ends_after_ten_minutes(platform: Platform, tmp_path: Path) -> None:
    clock = Clock()
    client = browser(tmp_path, {**WECOM, "api": platform.url}, clock=clock)
    _, asked = leave(client, "wecom")
    clock.move(minutes=10)
    platform.codes["c4"] = {"userid": "ZhangSan"}
    late = client.get(f"/sign-in/wecom/back?code=c4&state={asked['state']}")
    assert (late.status_code, "took too long" in late.text) == (403, True)


@pytest.mark.parametrize(("corp", "status"), [("dingcorp", 303), ("another", 403)])
def test_dingtalk_lets_in_the_members_of_its_company(
    platform: Platform, tmp_path: Path, corp: str, status: int
) -> None:
    client = browser(tmp_path, {**DINGTALK, "api": platform.url})
    page, asked = leave(client, "dingtalk")
    assert (page, asked["client_id"]) == ("https://login.dingtalk.com/oauth2/auth", "ding1")
    platform.codes["d1"] = {"corpId": corp, "nick": "李雷", "unionId": "u1"}
    assert client.get(f"/sign-in/dingtalk/back?authCode=d1&state={asked['state']}").status_code == status
    assert me(client).get("title") == ("李雷" if status == 303 else "Unauthorized")


@pytest.mark.parametrize(("tenant", "status"), [("t1", 303), ("another", 403)])
def test_feishu_lets_in_the_members_of_its_company(
    platform: Platform, tmp_path: Path, tenant: str, status: int
) -> None:
    client = browser(tmp_path, {**FEISHU, "api": platform.url})
    page, asked = leave(client, "feishu")
    assert page == "https://accounts.feishu.cn/open-apis/authen/v1/authorize"
    platform.codes["f1"] = {
        "name": "韩梅梅",
        "en_name": "Han Meimei",
        "union_id": "on_1",
        "tenant_key": tenant,
    }
    platform.challenges["f1"] = asked["code_challenge"]
    assert client.get(f"/sign-in/feishu/back?code=f1&state={asked['state']}").status_code == status
    assert me(client).get("name") == ("Han-Meimei" if status == 303 else None)


def test_whoever_was_not_added_is_told_what_to_tell_an_administrator(
    platform: Platform, tmp_path: Path
) -> None:
    client = browser(tmp_path, {**FEISHU, "api": platform.url, "newcomers": None})
    _, asked = leave(client, "feishu")
    platform.codes["f2"] = {"name": "韩梅梅", "union_id": "on_2", "tenant_key": "t1"}
    platform.challenges["f2"] = asked["code_challenge"]
    answer = client.get(f"/sign-in/feishu/back?code=f2&state={asked['state']}")
    assert (answer.status_code, "feishu:on_2" in answer.text) == (403, True)


def test_the_door_offers_every_way(platform: Platform, tmp_path: Path) -> None:
    page = (
        browser(tmp_path, {**WECOM, "api": platform.url}, {**FEISHU, "title": "公司账号"})
        .get("/sign-in")
        .text
    )
    assert "Sign in with 企业微信 WeCom" in page
    assert "Sign in with 公司账号" in page
    assert 'name="password"' not in page
