"""Given actions, the calls list, show, approve and stop them, in the language of the configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from orderhealth_pipeline.cli import calls
from orderhealth_pipeline.errors import ConfigurationError
from tests.integration.actions.shop import Shop
from tests.integration.chain.chain import rows_of


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(
        tmp_path,
        sinks={"wms": {"type": "http", "url": "http://127.0.0.1:9/x", "secret": "s"}},
        actions={"hold_shipment": {"sink": "wms"}},
    )
    shop.place("A", "B")
    shop.run()
    configure(shop, "en")
    return shop


def configure(shop: Shop, locale: str) -> None:
    written = {"locale": locale, "store": str(shop.store), "sinks": shop.sinks, "actions": shop.actions}
    (shop.folder / "orderhealth.yml").write_text(json.dumps(written), encoding="utf-8")


def call(shop: Shop, *arguments: str) -> Result:
    config = str(shop.folder / "orderhealth.yml")
    done = CliRunner().invoke(calls, ["actions", *arguments, "--config", config])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def listed(shop: Shop, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(call(shop, "list", "--json", *arguments).stdout)
    return found


def test_the_list_is_filtered_and_has_no_payload(shop: Shop) -> None:
    assert [each["order_id"] for each in listed(shop, "--type", "hold_shipment", "--order", "A")] == ["A"]
    assert listed(shop, "--state", "sent") == []
    assert "payload" not in listed(shop)[0]


def test_the_list_says_that_nothing_is_live_and_who_stopped_everything(shop: Shop) -> None:
    assert "Dry run" in call(shop, "list").output
    call(shop, "stop", "--who", "li", "--why", "move")
    assert "li stopped all actions" in call(shop, "list").output
    configure(shop, "zh")
    said = call(shop, "list").output
    assert "演练" in said
    assert "li 停止" in said
    call(shop, "start", "--who", "li", "--why", "moved")
    assert "停止" not in call(shop, "list").output


def test_show_prints_the_bytes_without_the_address(shop: Shop) -> None:
    action = shop.ids()[0]
    said = call(shop, "show", action).output
    assert "webhook-id: hold_shipment/incomplete_address/1/" in said
    body = json.loads(said[said.index("{") :])
    assert body["data"]["action_id"] == action
    assert "127.0.0.1" not in said


def test_an_approval_counts_at_the_next_run(shop: Shop) -> None:
    action = shop.ids()[0]
    at = shop.now.isoformat()
    assert "approved" in call(shop, "approve", action, "--who", "wang", "--why", "bots", "--at", at).output
    shop.run()
    query = f"select state, approved_by from actions where action_id = '{action}'"
    assert rows_of(shop.store, query) == [("approved", "wang")]


def test_a_dry_run_shows_the_bytes_of_what_is_approved_and_sends_nothing(shop: Shop) -> None:
    assert "webhook-id" not in call(shop, "send").output
    shop.say("action_approved", *shop.ids())
    shop.run()
    said = call(shop, "send").output
    assert "Dry run" in said
    assert said.count("webhook-id: hold_shipment/") == 2
    assert shop.rows() == [("A", "approved"), ("B", "approved")]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("missing", "there is no action 'nope'"),
        ("withdrawn", "is withdrawn"),
        ("nowhere", "go nowhere"),
    ],
)
def test_a_word_that_cannot_be_said_is_refused_with_the_reason(shop: Shop, kind: str, reason: str) -> None:
    action = {"missing": ["nope"], "nowhere": shop.ids("request_address")}.get(kind, shop.ids())[0]
    if kind == "withdrawn":
        shop.place("A", "B", door="1号")
        shop.run()
    with pytest.raises(ConfigurationError, match=reason):
        call(shop, "approve", action, "--who", "w", "--why", "x")
