"""An alert that closed is told again: also when what closed it was the silence of a feed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Call

FEEDS = Path(__file__).with_name("cases") / "alert_latch"
CONFIGURATION = """
locale: en
feeds:
  storefront_orders: {{path: {feeds}}}
  payments: {{path: {feeds}}}
  erp_orders: {{path: {feeds}}}
  wms_shipments: {{path: {feeds}}}
  tms_events: {{path: {feeds}, expected_every: 6h}}
channels:
  - {{type: file, url: alerts.jsonl}}
"""

LOST = "2026-11-10T10:00:00+08:00"
CARRIER_IS_FRESH = "2026-11-10T12:00:00+08:00"
CARRIER_IS_SILENT = "2026-11-10T20:00:00+08:00"
LOST_AGAIN = "2026-11-12T10:00:00+08:00"
LOST_STILL = "2026-11-13T10:00:00+08:00"


@pytest.mark.parametrize(
    ("ticks", "alerts"),
    [
        (
            (LOST, CARRIER_IS_FRESH, CARRIER_IS_SILENT, LOST_AGAIN, LOST_STILL),
            ["breach", "recovered", None, "breach", None],
        ),
        ((LOST, CARRIER_IS_SILENT, LOST_AGAIN, LOST_STILL), ["breach", "unconfirmed", "breach", None]),
    ],
)
def test_a_carrier_that_falls_silent_hides_no_later_fall(
    tmp_path: Path, orderhealth: Call, ticks: tuple[str, ...], alerts: list[str | None]
) -> None:
    (tmp_path / "orderhealth.yml").write_text(CONFIGURATION.format(feeds=FEEDS), encoding="utf-8")
    said = []
    for as_of in ticks:
        answer = orderhealth("run", "--deliver", "--as-of", as_of, "--json")
        assert answer.code == 0, answer.err
        said.append(json.loads(answer.out)["alert"])
    assert said == alerts
    told = [json.loads(line) for line in (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()]
    assert [message["kind"] for message in told] == [alert for alert in alerts if alert]


def test_an_unconfirmed_end_names_the_rules_that_are_blind(tmp_path: Path, orderhealth: Call) -> None:
    (tmp_path / "orderhealth.yml").write_text(CONFIGURATION.format(feeds=FEEDS), encoding="utf-8")
    for as_of in (LOST, CARRIER_IS_SILENT):
        assert orderhealth("run", "--deliver", "--as-of", as_of).code == 0
    breach, unconfirmed = map(json.loads, (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines())
    assert breach["blind_rules"] == []
    blind = {rule["rule_id"] for rule in unconfirmed["blind_rules"]}
    assert "tracking_stalled" in blind
    assert "paid_not_in_erp" not in blind
    assert (unconfirmed["score"], unconfirmed["threshold"]) == ("100.00", "88")
    assert "nobody can confirm it" in unconfirmed["title"]
    assert unconfirmed["link"] is None
    assert str(tmp_path) not in (tmp_path / "alerts.jsonl").read_text("utf-8")
