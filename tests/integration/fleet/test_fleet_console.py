"""One console for a fleet: roles per merchant, and nobody sees a row of a merchant that is not theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from orderhealth_pipeline.console.access.accounts import By, add_token
from orderhealth_pipeline.console.access.roles import Role
from orderhealth_pipeline.console.access.sign_in import lasting
from orderhealth_pipeline.console.api.openapi import BASE
from orderhealth_pipeline.console.api.registry import CALLS
from orderhealth_pipeline.console.registry import PAGES
from orderhealth_pipeline.desk.accounts.accounts import Account, insert_account
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.desk.accounts.sessions import begin_session
from orderhealth_pipeline.fleet.console_app import FleetConsole
from orderhealth_pipeline.fleet.merchants import find_merchants, merchant_settings, read_fleet
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
HOST = "http://127.0.0.1:8300"
FLEET = """
access:
  li: {hua: manager}
  wu: {hua: viewer, ming: operator}
  zhao: {"*": viewer}
"""


ACCOUNTS: dict[str, Role] = {
    "li": "viewer",
    "wu": "viewer",
    "zhao": "viewer",
    "boss": "admin",
    "no": "manager",
}
"""Accounts of the fleet: what counts at a merchant is what fleet.yml says, unless one is an administrator."""


@dataclass
class Fleet:
    """A console of two merchants; everybody has an account, and a session of the same number as the name."""

    root: Path
    client: TestClient
    sessions: dict[str, str]
    people: PeopleDesk

    def get(self, who: str, path: str, merchant: str | None = None) -> httpx.Response:
        """Open an address as somebody whose browser shows a merchant."""
        cookies = {"orderhealth": self.sessions[who]} if who else {}
        if merchant is not None:
            cookies["orderhealth-merchant"] = merchant
        return self._asked("GET", path, cookies)

    def post(self, who: str, path: str, merchant: str, **fields: str) -> httpx.Response:
        cookies = {"orderhealth": self.sessions[who], "orderhealth-merchant": merchant}
        return self._asked("POST", path, cookies, fields)

    def _asked(
        self, method: str, path: str, cookies: dict[str, str], data: dict[str, str] | None = None
    ) -> httpx.Response:
        header = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        answer: httpx.Response = self.client.request(method, path, headers=header, data=data)
        return answer


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Run two merchants of an order each, and open their console."""
    root = tmp_path_factory.mktemp("fleet")
    (root / "fleet.yml").write_text(FLEET, encoding="utf-8")
    for name in ("hua", "ming"):
        (root / name / "feeds").mkdir(parents=True)
        (root / name / "orderhealth.yml").write_text("locale: en\n", encoding="utf-8")
        (root / name / "feeds" / "storefront_orders.csv").write_text(
            "order_id,shop,buyer_id,placed_at,status,amount\n"
            f"{name}-1,{name} shop,{name}-buyer,2026-11-10 08:00:00,paid,5\n",
            encoding="utf-8",
        )
        (merchant,) = find_merchants(root, [name])
        settings = merchant_settings(merchant, read_fleet(root), {})
        run_pipeline(plan_run(settings), NOON, StageTimes(lambda: 0.0))
    app = FleetConsole(root, lambda: NOON)
    people = PeopleDesk(app.desk)
    sessions = {}
    with people.changing() as con:
        for name, role in ACCOUNTS.items():
            insert_account(con, Account(name, name, role), by="test", at=NOON)
            sessions[name] = begin_session(con, name, NOON, lasting(), signed_in_with="password")
    with TestClient(app, HOST, client=("127.0.0.1", 50_000), follow_redirects=False) as client:
        yield Fleet(root, client, sessions, people)


def test_a_browser_shows_the_merchant_that_was_chosen(fleet: Fleet) -> None:
    chosen = fleet.get("boss", "/m?merchant=ming")
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/")
    assert "orderhealth-merchant=ming" in chosen.headers["set-cookie"]
    page = fleet.get("boss", "/orders/ming-1", "ming").text
    assert "ming-1" in page
    assert re.search(r"<option>hua</option><option selected>ming</option>", page)
    # Without a choice it is the first merchant that the person may look at.
    assert fleet.get("wu", "/api/v1/orders/hua-1").status_code == 200
    assert fleet.get("", "/", "hua").headers["location"].startswith("/sign-in")


def test_everybody_has_their_role_at_each_merchant(fleet: Fleet) -> None:
    expected = {
        ("boss", "hua"): "manage_people",
        ("li", "hua"): "change_rules",
        ("li", "ming"): None,
        ("wu", "hua"): "look",
        ("wu", "ming"): "handle",
        ("zhao", "ming"): "look",
        ("no", "hua"): None,
    }
    for (who, merchant), most in expected.items():
        me = fleet.get(who, f"/m/{merchant}/api/v1/me")
        verbs = me.json()["verbs"]
        assert (most in verbs) if most else verbs == [], (who, merchant)
        assert ("manage_people" in verbs) == (who == "boss")
    assert "<option>ming" not in fleet.get("li", "/rules", "hua").text
    assert fleet.get("wu", "/settings", "hua").status_code == 200
    assert "boss" not in fleet.get("li", "/settings", "hua").text


def test_no_page_and_no_call_shows_a_row_of_another_merchant(fleet: Fleet) -> None:
    paths = [*(page.path for page in PAGES if "GET" in page.methods)]
    paths += [BASE + call.path for call in CALLS if call.method == "GET" and call.verb is not None]
    values = {"order_id": "ming-1", "order_id:path": "ming-1", "table": "order_fact"}
    for path in paths:
        asked = re.sub(r"\{([^}]+)\}", lambda found: values.get(found[1], "x"), path)
        for address, chosen in ((asked, "ming"), (f"/m/ming{asked}", "hua"), (f"/m/ming{asked}", None)):
            answer = fleet.get("li", address, chosen)
            assert answer.status_code == 403, (address, chosen)
            assert "ming-1" not in answer.text.replace(asked, "")
        own = fleet.get("li", asked, "hua")
        assert "ming-buyer" not in own.text
        assert "ming shop" not in own.text
    assert "hua-1" in fleet.get("li", "/m/hua/api/v1/tables/order_fact").text
    assert fleet.get("boss", "/m/ming/api/v1/orders/ming-1").status_code == 200
    # Of a merchant that there is not, nobody hears more than of one that is not theirs.
    assert fleet.get("li", "/m/nobody/api/v1/score").status_code in {403, 404}
    for path in ("/m/ming/metrics", "/metrics"):
        answer = fleet.client.get(path, headers={"x-forwarded-for": "10.0.0.1"})
        assert answer.status_code == 404


def test_a_token_opens_no_more_than_its_owner_may_at_a_merchant(fleet: Fleet) -> None:
    _, text = add_token(fleet.people, "test", ("look",), By("li", NOON))
    headers = {"Authorization": f"Bearer {text}"}
    assert fleet.client.get("/m/hua/api/v1/orders/hua-1", headers=headers).status_code == 200
    assert fleet.client.get("/m/ming/api/v1/orders/ming-1", headers=headers).status_code == 403
    assert fleet.client.get("/api/v1/orders/ming-1", headers=headers).status_code in {403, 404}


def test_a_form_of_another_merchants_page_does_nothing(fleet: Fleet) -> None:
    page = fleet.get("boss", "/sources", "ming").text
    token = re.findall(r'name="form_token" value="([0-9a-f]{64})"', page)[0]
    assert fleet.post("boss", "/rules/copy", "hua", form_token=token).status_code == 403
    assert fleet.post("boss", "/rules/copy", "ming", form_token=token).status_code == 303


def test_what_a_merchant_changes_of_the_rules_is_its_own(fleet: Fleet) -> None:
    rule = "paid_not_in_erp"
    page = fleet.get("li", f"/rules/{rule}/review", "hua").text
    fields = {
        name: re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in ("form_token", "fingerprint")
    }
    figure = {'rule:["hit_when", "more_than"]': "33", "why": "slower here", "follow": "yes"}
    done = fleet.post("li", f"/rules/{rule}/publish", "hua", **fields, **figure)
    assert done.status_code == 303, done.text
    shared = read_fleet(fleet.root)
    found = {}
    for merchant in find_merchants(fleet.root):
        settings = merchant_settings(merchant, shared, {})
        found[merchant.name] = plan_run(settings).catalogue.rules[rule].comparisons[0].threshold.default
    assert found == {"hua": 33, "ming": 15}
    assert (fleet.root / "hua" / "expectations" / "payment" / f"{rule}.yml").is_file()
