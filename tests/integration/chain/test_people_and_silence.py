"""Given a person's word, the score follows it; given a source that falls silent, it is not fooled."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.settings.feeds import FeedSource
from tests.integration.chain.chain import rows_of, run_chain

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
FEEDS = {
    "storefront_orders": """order_id,buyer_id,placed_at,status,amount
A1,U1,2026-11-10T10:00:00+08:00,paid,99.00
A2,U2,2026-11-10T10:00:00+08:00,paid,99.00
""",
    "payments": """payment_id,order_id,paid_at,amount,status
P1,A1,2026-11-10T10:01:00+08:00,99.00,succeeded
P2,A2,2026-11-10T10:01:00+08:00,99.00,succeeded
""",
    "erp_orders": """erp_id,order_id,synced_at,status
E2,A2,2026-11-10T11:59:00+08:00,received
""",
}


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    folder = tmp_path / "feeds"
    folder.mkdir()
    for feed, text in FEEDS.items():
        (folder / f"{feed}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def expectations(tmp_path: Path) -> Path:
    folder = tmp_path / "expectations"
    shutil.copytree(expectations_folder(), folder)
    return folder


def test_a_snoozed_finding_is_kept_and_shown_but_costs_nothing_until_the_snooze_ends(
    feeds: Path, expectations: Path, tmp_path: Path
) -> None:
    (expectations / "exceptions.yml").write_text(
        """exceptions:
  - kind: snoozed
    rules: [paid_not_in_erp]
    order_id: A1
    who: 系统对接负责人
    why: the ERP is down for maintenance
    said_at: 2026-11-10T11:00:00+08:00
    until: 2026-11-10T13:00:00+08:00
""",
        encoding="utf-8",
    )
    store = tmp_path / "store.duckdb"
    settings = Settings(expectations=expectations)

    snoozed = run_chain(feeds, store, NOON, settings)

    assert (snoozed["score"], snoozed["alert"]) == (100.0, None)
    assert snoozed["rules"]["paid_not_in_erp"] == {
        "outcome": "hit",
        "open": 0,
        "explained": 1,
        "evaluated": 2,
        "why_unknown": None,
    }
    assert rows_of(
        store,
        "select explained_by, evidence ->> '$.exception.who', evidence ->> '$.exception.until' from findings",
    ) == [("snoozed", "系统对接负责人", "2026-11-10T13:00:00+08:00")]

    ended = run_chain(feeds, store, NOON + timedelta(hours=1), settings)

    assert (ended["score"], ended["alert"]) == (70.0, "breach")


def test_a_snooze_ends_although_nothing_happens_to_its_order_and_time_alone_does_not_hit_it(
    feeds: Path, expectations: Path, tmp_path: Path
) -> None:
    (feeds / "storefront_orders.csv").write_text(
        "order_id,buyer_id,placed_at,status,amount,province,street,phone\n"
        "A1,U1,2026-11-10T10:00:00+08:00,paid,99.00,浙江省,文三路,13812345678\n",
        encoding="utf-8",
    )
    (expectations / "exceptions.yml").write_text(
        """exceptions:
  - kind: snoozed
    rules: [incomplete_address]
    buyer_id: U1
    who: 客服
    why: the customer was asked
    said_at: 2026-11-10T11:00:00+08:00
    until: 2026-11-10T13:00:00+08:00
""",
        encoding="utf-8",
    )
    store = tmp_path / "store.duckdb"
    settings = Settings(expectations=expectations)
    seen = []
    for hours in (0, 0.5, 1, 1.5):
        found = run_chain(feeds, store, NOON + timedelta(hours=hours), settings)
        seen.append((found["rules"]["incomplete_address"]["open"], found["findings"]["explained"]))

    assert seen == [(0, 1), (0, 1), (1, 0), (1, 0)]
    assert rows_of(
        store, "select first_seen_at, last_seen_at from findings where rule_id = 'incomplete_address'"
    ) == [(NOON, NOON + timedelta(hours=1.5))]


def test_a_source_that_falls_silent_is_no_recovery(feeds: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    settings = Settings(feeds={"erp_orders": FeedSource(expected_every=timedelta(hours=1))})
    assert run_chain(feeds, store, NOON, settings)["alert"] == "breach"

    silent = run_chain(feeds, store, NOON + timedelta(hours=2), settings)

    assert silent["rules"]["paid_not_in_erp"]["outcome"] == "unknown"
    assert (silent["score"], silent["alert"]) == (100.0, "unconfirmed")

    (feeds / "erp_orders_2.csv").write_text(
        "erp_id,order_id,synced_at,status\nE1,A1,2026-11-10T14:30:00+08:00,received\n", encoding="utf-8"
    )
    heard = run_chain(feeds, store, NOON + timedelta(hours=3), settings)

    assert (heard["score"], heard["alert"]) == (100.0, None)
