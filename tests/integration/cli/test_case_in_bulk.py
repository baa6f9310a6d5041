"""Five hundred cases at once: acknowledged, given to a person and closed in one call each."""

from __future__ import annotations

import json
from pathlib import Path

from orderhealth_pipeline.cli import main  # noqa: F401 - what it imports is no part of what a call takes
from tests.integration.cli.conftest import Call

MANY = 500


def test_hundreds_of_cases_are_one_call_and_one_transaction(tmp_path: Path, orderhealth: Call) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    rows = "".join(
        f"O{number:04},B{number},2026-11-10T08:00:00Z,paid,10,13812345678,浙江省,杭州市,西湖区,文三路\n"
        for number in range(MANY)
    )
    (feeds / "storefront_orders.csv").write_text(
        f"order_id,buyer_id,placed_at,status,amount,phone,province,city,district,street\n{rows}", "utf-8"
    )
    orderhealth("run", "--feeds", "feeds", "--as-of", "2026-11-10T09:00:00Z", "--json")
    listed = json.loads(orderhealth("case", "list", "--json").out)["cases"]
    ids = [case["case_id"] for case in listed if case["rule_id"] == "incomplete_address"]
    assert len(ids) == MANY
    who, why = ("--who", "Wang"), ("--why", "one cause")
    assert orderhealth("case", "ack", *ids, *who, *why).code == 0
    assert orderhealth("case", "assign", *ids, "--to", "Wang", *who, *why).code == 0
    assert orderhealth("case", "close", *ids, "--verdict", "false_alarm", *who, *why).code == 0
    log = json.loads(orderhealth("desk", "log", "--json").out)
    assert [entry["kind"] for entry in log].count("case_closed") == MANY
    assert len(log) == 3 * MANY
    orderhealth("run", "--feeds", "feeds", "--as-of", "2026-11-10T09:05:00Z")
    left = json.loads(orderhealth("case", "list", "--owner", "order_service", "--json").out)["cases"]
    assert left == []
    precision = orderhealth("rules", "list").out
    assert f"{MANY}" in precision
