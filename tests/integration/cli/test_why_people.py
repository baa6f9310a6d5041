"""What people may speak of in a store, and how `why` names who held a message back, until when and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Call
from tests.integration.cli.test_alert_policy import shop

WORD = ("--who", "李雷", "--why", "盘点", "--at", "2026-11-10T09:01:00Z")

__all__ = ["shop"]


@pytest.mark.usefixtures("shop")
def test_who_held_a_message_back_until_when_and_why(orderhealth: Call) -> None:
    assert orderhealth("run", "--as-of", "2026-11-10T09:00:00Z").code == 0
    refused = orderhealth("verdict", "NOPE", "paid_not_in_erp", "confirmed", *WORD)
    assert (refused.code, "no order 'NOPE'" in refused.err) == (2, True)
    refused = orderhealth("snooze", "all", "--role", "warehouse_boss", "--until", "1h", *WORD)
    assert (refused.code, "warehouse_supervisor" in refused.err) == (2, True)
    refused = orderhealth("snooze", "all", "--source", "erp", "--until", "1h", *WORD)
    assert (refused.code, "erp_orders" in refused.err) == (2, True)
    # What a company plans ahead, or heard of first, may be spoken of before the first record has it.
    hinted = orderhealth("allow", "all", "--order", "NOPE", *WORD)
    assert (hinted.code, "no order 'NOPE'" in hinted.err) == (0, True)
    hinted = orderhealth("snooze", "all", "--warehouse", "GZ", "--until", "1h", *WORD)
    assert (hinted.code, "no order is at 'GZ'" in hinted.err) == (0, True)
    assert orderhealth("allow", "all", "--buyer", "staff", *WORD).code == 0

    assert orderhealth("snooze", "paid_not_in_erp", "--order", "B", "--until", "1d", *WORD).code == 0
    silenced = orderhealth("snooze", "all", "--role", "系统对接负责人", "--until-resolved", *WORD)
    assert (silenced.code, "integration_owner" in silenced.out) == (0, True)
    assert orderhealth("run", "--as-of", "2026-11-10T09:05:00Z").code == 0
    of_b = orderhealth("why", "B", "--locale", "zh").out
    assert "李雷 于 11-10 09:01 设为暂不提醒，至 11-11 09:01，理由：盘点（记录 4）" in of_b
    of_c = orderhealth("why", "C", "--locale", "en").out
    assert "silenced, because 李雷 snoozed it at 11-10 09:01: 盘点 (entry 5)" in of_c

    (number,) = (
        finding["case_id"]
        for finding in json.loads(orderhealth("why", "C", "--json").out)["findings"]
        if finding["rule_id"] == "paid_not_in_erp"
    )
    assert orderhealth("desk", "undo", "5", *WORD).code == 0
    assert orderhealth("case", "ack", number, *WORD[:-1], "2026-11-10T09:06:00Z").code == 0
    assert orderhealth("run", "--as-of", "2026-11-10T09:10:00Z").code == 0
    of_c = orderhealth("why", "C", "--locale", "en").out
    assert "acknowledged, because 李雷 took it at 11-10 09:06: 盘点 (entry 7)" in of_c


def test_a_policy_names_roles_and_rules_that_there_are(shop: Path, orderhealth: Call) -> None:
    assert orderhealth("run", "--as-of", "2026-11-10T09:00:00Z").code == 0
    (shop / "other.yml").write_text("quiet_hours:\n  boss: 22:00-08:00\n", "utf-8")
    replayed = orderhealth(
        "policy", "replay", "--from", "2026-11-10", "--to", "2026-11-11", "--policy", "other.yml"
    )
    assert (replayed.code, "other.yml:2" in replayed.err, "finance" in replayed.err) == (2, True, True)
    configuration = (shop / "orderhealth.yml").read_text("utf-8")
    lines = configuration.count("\n")
    for wrong, line, known in (
        ("  quiet_hours:\n    finance: 22:00-08:00\n    boss: 22:00-08:00\n", 4, "warehouse_supervisor"),
        ("  inhibit:\n    - {cause: no_pickup, mutes: [pickup_gap, no_gap]}\n", 3, "pickup_gap"),
        ("  inhibit:\n    - cause: nothing\n      mutes: [pickup_gap]\n", 3, "paid_not_in_erp"),
    ):
        (shop / "orderhealth.yml").write_text(f"{configuration}alerting:\n{wrong}", "utf-8")
        for call in (("run", "--as-of", "2026-11-10T09:05:00Z"), ("rules", "check")):
            refused = orderhealth(*call)
            assert refused.code == 2
            assert f"orderhealth.yml:{lines + line}:" in refused.err
            assert known in refused.err
