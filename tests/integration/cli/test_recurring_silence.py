"""Silences that come and go, or end by what happens: over the ticks of a shop whose ERP loses orders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Call
from tests.integration.cli.test_alert_policy import CONFIGURATION, copy_expectations

ORDERS = "ABCDEFGH"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Orders that are paid every ten minutes from 08:00 (UTC) on and never reach the ERP."""
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    placed, paid = "Z,2026-11-10T07:00:00Z,created,10\n", ""
    for number, order in enumerate(ORDERS):
        at = f"2026-11-10T{8 + number // 6:02}:{number % 6}0:00Z"
        placed += f"{order},2026-11-10T07:00:00Z,paid,10\n"
        paid += f"P{order},{order},{at},10,succeeded\n"
    (feeds / "storefront_orders.csv").write_text(f"order_id,placed_at,status,amount\n{placed}", "utf-8")
    (feeds / "payments.csv").write_text(f"payment_id,order_id,paid_at,amount,status\n{paid}", "utf-8")
    (feeds / "erp_orders.csv").write_text(
        "erp_id,order_id,synced_at,status\nE1,Z,2026-11-10T08:05:00Z,received\n", "utf-8"
    )
    (tmp_path / "orderhealth.yml").write_text(CONFIGURATION, "utf-8")
    copy_expectations(tmp_path / "expectations")
    return tmp_path


def told(shop: Path, orderhealth: Call, *minutes: str) -> list[int]:
    """Run the ticks, and count the messages about cases on the channel of the role after each."""
    counts = []
    for minute in minutes:
        assert orderhealth("run", "--deliver", "--as-of", f"2026-11-10T{minute}:00Z").code == 0
        file = shop / "erp.jsonl"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        counts.append(sum(json.loads(line)["kind"] in {"cases", "reminder"} for line in lines))
    return counts


def say(orderhealth: Call, *words: str, at: str = "08:00") -> str:
    answer = orderhealth("snooze", *words, "--why", "known", "--who", "Wang", "--at", f"2026-11-10T{at}:00Z")
    assert answer.code == 0, answer.err
    return answer.out


def test_hours_come_and_go_and_the_findings_stay_open(shop: Path, orderhealth: Call) -> None:
    said = say(
        orderhealth, "all", "--role", "integration_owner", "--between", "08:00-09:00", "--every", "tue"
    )
    assert "nothing was told" in said
    assert "every=tue between=08:00-09:00" in said
    assert told(shop, orderhealth, "08:30", "08:45", "09:00") == [0, 0, 1]
    answer = json.loads(orderhealth("run", "--as-of", "2026-11-10T09:01:00Z", "--json").out)
    assert answer["rules"]["paid_not_in_erp"]["open"] > 0


def test_it_ends_when_so_many_orders_have_joined(shop: Path, orderhealth: Call) -> None:
    assert told(shop, orderhealth, "08:20") == [1]
    say(orderhealth, "paid_not_in_erp", "--until-more", "3", at="08:21")
    assert told(shop, orderhealth, "08:26", "08:36", "08:46") == [1, 1, 2]
    span = (
        "policy",
        "replay",
        "--from",
        "2026-11-10",
        "--to",
        "2026-11-11",
        "--json",
        "--policy",
        "same.yml",
    )
    (shop / "same.yml").write_text("alerting: {}", "utf-8")
    again = json.loads(orderhealth(*span).out)["sent"]
    assert again["now"] == again["then"] != []


def test_it_ends_when_what_it_speaks_of_is_over(shop: Path, orderhealth: Call) -> None:
    assert told(shop, orderhealth, "08:20") == [1]
    say(orderhealth, "paid_not_in_erp", "--until-resolved", at="08:21")
    assert told(shop, orderhealth, "08:26") == [1]
    (shop / "feeds" / "erp_orders_2.csv").write_text(
        "erp_id,order_id,synced_at,status\n"
        + "".join(f"E{order},{order},2026-11-10T08:27:00Z,received\n" for order in "AB"),
        "utf-8",
    )
    assert told(shop, orderhealth, "08:30", "08:36")[-1] >= 1


def test_a_preview_says_what_it_would_have_held_back_and_writes_nothing(
    shop: Path, orderhealth: Call
) -> None:
    told(shop, orderhealth, "08:20", "08:26", "08:36")
    shown = say(orderhealth, "paid_not_in_erp", "--until-more", "3", "--preview", at="08:40")
    assert "messages of the last 7 days" in shown
    assert "would not have been sent" in shown
    assert json.loads(orderhealth("desk", "log", "--json").out) == []


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "say when it ends"),
        (("--every", "someday"), "is no day"),
        (("--between", "8-9"), "hours of the day"),
        (("--until-more", "0"), "number of orders"),
    ],
)
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...], reason: str, orderhealth: Call) -> None:
    answer = orderhealth("snooze", "all", *words, "--why", "known")
    assert answer.code == 2
    assert reason in answer.err
