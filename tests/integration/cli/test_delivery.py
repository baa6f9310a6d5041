"""Given channels of all six kinds, `run --deliver` tells each of a breach once and of the recovery once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.integration.cli.conftest import Call
from tests.integration.respond.chat_platforms import (
    Answer,
    DingTalk,
    Feishu,
    Platform,
    Receiver,
    Slack,
    WeCom,
    serving,
)

BREACH = "2026-11-10T12:00:00+08:00"
LATER = "2026-11-10T12:15:00+08:00"
RECOVERED = "2026-11-10T13:00:00+08:00"

CONFIGURATION = """
locale: en
channels:
  - {type: slack, url: "${SLACK_URL}"}
  - {type: dingtalk, url: "${DINGTALK_URL}", secret: "${DINGTALK_SECRET}"}
  - {type: wecom, url: "${WECOM_URL}"}
  - {type: feishu, url: "${FEISHU_URL}", secret: "${FEISHU_SECRET}"}
  - {type: webhook, url: "${RECEIVER_URL}", secret: "${RECEIVER_SECRET}"}
  - {type: webhook, name: broken, url: "${BROKEN_URL}", secret: "${RECEIVER_SECRET}"}
  - {type: slack, name: warehouse only, url: "${SLACK_URL}", stages: [warehouse]}
  - {type: file, url: alerts.jsonl}
"""


class Shop:
    """Feeds of five orders that are paid and that the ERP does not know, until they reach it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        orders = [f"2026{number}" for number in range(5)]
        self.write(
            "storefront_orders",
            "order_id,buyer_id,placed_at,status,amount",
            [f"{order},B{order},2026-11-10 10:00:00,paid,20" for order in orders],
        )
        self.write(
            "payments",
            "payment_id,order_id,paid_at,amount,status",
            [f"P{order},{order},2026-11-10 10:01:00,20,succeeded" for order in orders],
        )
        self.write("erp_orders", "erp_id,order_id,synced_at,status", [])
        self.into_the_erp = [f"E{order},{order},2026-11-10 12:30:00,received" for order in orders]

    def write(self, feed: str, header: str, rows: list[str]) -> None:
        (self.folder / f"{feed}.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")

    def reach_the_erp(self) -> None:
        self.write("erp_orders", "erp_id,order_id,synced_at,status", self.into_the_erp)


@pytest.fixture
def platforms() -> Iterator[dict[str, Platform]]:
    named: dict[str, Platform] = {
        "slack": Slack(),
        "dingtalk": DingTalk(),
        "wecom": WeCom(),
        "feishu": Feishu(),
        "webhook": Receiver(),
        "broken": Receiver(),
    }
    named["broken"].always = lambda _: Answer(503, b"down for maintenance")
    with serving(*named.values()):
        yield named


@pytest.fixture
def shop(tmp_path: Path, platforms: dict[str, Platform], monkeypatch: pytest.MonkeyPatch) -> Shop:
    (tmp_path / "orderhealth.yml").write_text(CONFIGURATION, encoding="utf-8")
    for name, platform in platforms.items():
        variable = "RECEIVER" if name == "webhook" else name.upper()
        monkeypatch.setenv(f"{variable}_URL", platform.url)
        if secret := getattr(platform, "secret", None):
            monkeypatch.setenv(f"{variable}_SECRET", secret)
    return Shop(tmp_path / "feeds")


def deliveries(store: Path) -> list[tuple[str, str, str]]:
    with duckdb.connect(str(store), read_only=True) as con:
        return con.execute(
            "select kind, channel, state from deliveries join alerts using (alert_id) order by as_of, channel"
        ).fetchall()


TOLD = ["dingtalk", "feishu", "file", "slack", "webhook", "wecom"]


def test_every_channel_hears_of_the_breach_once_and_of_the_recovery_once(
    tmp_path: Path, orderhealth: Call, platforms: dict[str, Platform], shop: Shop
) -> None:
    def run(as_of: str) -> str | None:
        answer = orderhealth("run", "--as-of", as_of, "--deliver", "--json")
        assert answer.code == 0, answer.err
        assert_no_secret(answer.out + answer.err, platforms)
        alert: str | None = json.loads(answer.out)["alert"]
        return alert

    assert run(BREACH) == "breach"
    assert run(BREACH) == "breach"
    assert run(LATER) is None
    shop.reach_the_erp()
    assert run(RECOVERED) == "recovered"
    assert run(RECOVERED) == "recovered"

    lines = (tmp_path / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["breach", "recovered"]
    for name in ("slack", "dingtalk", "wecom", "feishu", "webhook"):
        assert len(platforms[name].accepted) == 2, name
    assert platforms["broken"].accepted == []
    expected = sorted([*((name, "sent") for name in TOLD), ("broken", "pending")])
    states = deliveries(tmp_path / "orderhealth.duckdb")
    assert states == [(kind, *rest) for kind in ("breach", "recovered") for rest in expected]
    assert deliveries(tmp_path / "orderhealth.published.duckdb") == states
    assert orderhealth("report").code == 0
    for file in tmp_path.rglob("*"):
        if file.is_file() and file.name != "orderhealth.yml":
            assert_no_secret(file.read_bytes().decode("utf-8", errors="replace"), platforms)


def assert_no_secret(text: str, platforms: dict[str, Platform]) -> None:
    for name, platform in platforms.items():
        for secret in (getattr(platform, "secret", None), platform.url, platform.url.rsplit("/", 1)[1]):
            assert not secret or secret not in text, f"the secret of {name} is told"


def test_a_breach_that_was_given_up_is_told_again_while_the_score_is_low_and_the_channel_is_back(
    tmp_path: Path, orderhealth: Call, platforms: dict[str, Platform], shop: Shop
) -> None:
    assert shop.folder.is_dir()
    store = tmp_path / "orderhealth.duckdb"

    def run(as_of: str) -> list[tuple[str, str, str]]:
        assert orderhealth("run", "--as-of", as_of, "--deliver").code == 0
        return [each for each in deliveries(store) if each[1] == "broken"]

    run(BREACH)
    with duckdb.connect(str(store)) as con:
        con.execute("update deliveries set attempts = 23, next_attempt_at = null where channel = 'broken'")
    assert run(BREACH) == [("breach", "broken", "failed")]
    assert run(BREACH) == [("breach", "broken", "failed")], "the same instant again changes nothing"
    platforms["broken"].always = None
    assert run(LATER) == [("breach", "broken", "sent")]
    assert len(platforms["broken"].accepted) == 1
    assert all(len(platforms[name].accepted) == 1 for name in TOLD if name != "file")


def test_a_breach_that_was_given_up_is_not_told_once_it_is_over(
    tmp_path: Path, orderhealth: Call, platforms: dict[str, Platform], shop: Shop
) -> None:
    assert orderhealth("run", "--as-of", BREACH, "--deliver").code == 0
    store = tmp_path / "orderhealth.duckdb"
    with duckdb.connect(str(store)) as con:
        con.execute("update deliveries set state = 'failed', next_attempt_at = null where channel = 'broken'")
    platforms["broken"].always = None
    shop.reach_the_erp()
    assert orderhealth("run", "--as-of", RECOVERED, "--deliver").code == 0
    assert [kind for kind, channel, state in deliveries(store) if (channel, state) == ("broken", "sent")] == [
        "recovered"
    ]


def test_a_run_that_fails_delivers_what_waits_all_the_same(
    tmp_path: Path, orderhealth: Call, platforms: dict[str, Platform], shop: Shop
) -> None:
    assert orderhealth("run", "--as-of", BREACH).code == 0
    for file in shop.folder.iterdir():
        file.unlink()
    answer = orderhealth("run", "--as-of", LATER, "--deliver")
    assert answer.code == 3
    assert "slack: sent after 1 tries" in answer.err
    assert len(platforms["slack"].accepted) == 1
    assert ("breach", "wecom", "sent") in deliveries(tmp_path / "orderhealth.duckdb")


def test_a_first_run_that_fails_leaves_no_store_behind(
    tmp_path: Path, orderhealth: Call, platforms: dict[str, Platform], shop: Shop
) -> None:
    assert platforms
    for file in shop.folder.iterdir():
        file.unlink()
    assert orderhealth("run", "--as-of", LATER, "--deliver").code == 3
    assert list(tmp_path.glob("*.duckdb*")) == []


def test_without_deliver_alerts_wait_in_the_outbox(
    tmp_path: Path, orderhealth: Call, platforms: dict[str, Platform], shop: Shop
) -> None:
    assert shop.folder.is_dir()
    assert orderhealth("run", "--as-of", BREACH).code == 0
    assert {state for _, _, state in deliveries(tmp_path / "orderhealth.duckdb")} == {"pending"}
    assert all(platform.received == [] for platform in platforms.values())


@pytest.mark.parametrize(
    "line",
    [
        'timezone: "${DINGTALK_SECRET}"',
        'locale: "${DINGTALK_SECRET}"',
        'profile: "${DINGTALK_SECRET}x${DINGTALK_SECRET}"\nscore: {threshold: "${DINGTALK_SECRET}"}',
        'channels:\n  - {type: slack, url: "${DINGTALK_SECRET}"}',
        'channels:\n  - {type: "${DINGTALK_SECRET}", url: "${DINGTALK_SECRET}"}',
        'channels:\n  - {type: wecom, url: "https://x/y", secret: "${DINGTALK_SECRET}"}',
    ],
)
def test_a_mistake_never_tells_the_value_of_a_variable(
    tmp_path: Path, orderhealth: Call, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setenv("DINGTALK_SECRET", "SEC-very-secret")
    (tmp_path / "orderhealth.yml").write_text(line + "\n", encoding="utf-8")
    answer = orderhealth("run")
    assert answer.code == 2
    assert "orderhealth.yml:" in answer.err
    assert "SEC-very-secret" not in answer.err + answer.out
