"""Given what buyers did and people said of it, runs know each buyer, and whom people should speak to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.said import Said
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.files import snapshot_path
from tests.integration.chain.chain import rows_of, run_chain

NOON = datetime(2027, 2, 25, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORDERS = """order_id,buyer_id,placed_at,status,amount,province,street,phone
A1,LI,2027-02-25T10:00:00+08:00,paid,99.00,浙江省,文三路1号,13812345678
A2,LI,2027-02-25T08:00:00+08:00,paid,99.00,浙江省,文三路1号,13812345678
A3,LI,2025-02-25T08:00:00+08:00,cancelled,99.00,浙江省,文三路1号,13812345678
A4,LI,2025-02-24T08:00:00+08:00,cancelled,99.00,浙江省,文三路1号,13812345678
G1,guest,2027-02-25T08:00:00+08:00,paid,99.00,浙江省,文三路1号,13812345678
"""
MORE = """order_id,buyer_id,placed_at,status,amount,province,street,phone
B1,WANG,2027-02-25T11:00:00+08:00,paid,99.00,浙江省,文三路1号,13812345678
"""
NOBODY = """order_id,buyer_id,placed_at,status,amount,province,street,phone
B1,,2027-02-25T11:00:00+08:00,paid,99.00,浙江省,文三路1号,13812345678
"""
PAYMENTS = """payment_id,order_id,paid_at,amount,status
P1,A1,2027-02-25T10:01:00+08:00,99.00,succeeded
P2,A2,2027-02-25T08:01:00+08:00,99.00,succeeded
"""
CUSTOMERS = """buyer_id,vip_level,birthday
LI,gold,1990-03-04
WANG,,2000-02-29
guest,gold,1990-02-26
"""


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    folder = tmp_path / "feeds"
    folder.mkdir()
    for feed, text in (
        ("storefront_orders_1", ORDERS),
        ("payments", PAYMENTS),
        ("customers", CUSTOMERS),
    ):
        (folder / f"{feed}.csv").write_text(text, encoding="utf-8")
    return folder


def profiles(store: Path) -> dict[str, list[Any]]:
    rows = rows_of(
        store, "select buyer_id, orders, shared_addresses, confirmed, risk, level from buyer_profile"
    )
    return {buyer: row for buyer, *row in rows}


def risky(store: Path) -> list[str]:
    query = "select order_id from findings where rule_id = 'risky_buyer' and state = 'open'"
    return [order_id for (order_id,) in rows_of(store, query)]


def test_what_people_confirm_counts_against_a_buyer_from_then_on(feeds: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    settings, desk = Settings(store=store), Desk(str(tmp_path / "s.desk.db"))
    run_chain(feeds, store, NOON, settings)
    assert profiles(store) == {"LI": [4, 0, 0, 47.5, "medium"]}
    (verdict,) = desk.say(
        Said("confirmed", "Wang", "seen before", NOON + HOUR, "order", "A3", "duplicate_order")
    )
    assert run_chain(feeds, store, NOON + HOUR / 2, settings)["rules"]["risky_buyer"]["open"] == 0
    run_chain(feeds, store, NOON + HOUR, settings)
    assert profiles(store) == {"LI": [4, 0, 1, 73.75, "high"]}
    assert risky(store) == ["A1", "A2"]
    desk.undo(verdict.entry or 0, who="Li", why="mixed up", at=NOON + 2 * HOUR)
    run_chain(feeds, store, NOON + 2 * HOUR, settings)
    assert (profiles(store)["LI"], risky(store)) == ([4, 0, 0, 47.5, "medium"], [])


def test_who_shares_an_address_is_known_on_both_sides_and_published(feeds: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    seen = []
    for number, text in enumerate((ORDERS, MORE, NOBODY)):
        (feeds / f"storefront_orders_{number}.csv").write_text(text, encoding="utf-8")
        run_chain(feeds, store, NOON + number * HOUR)
        seen.append({buyer: row[1] for buyer, row in profiles(store).items()})
        everything = "select * from buyer_profile"
        assert rows_of(store, everything) == rows_of(snapshot_path(store), everything)
    assert seen == [{"LI": 0}, {"LI": 1, "WANG": 1}, {"LI": 0}]


def test_customer_service_knows_vips_in_trouble_and_birthdays(feeds: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    (feeds / "storefront_orders_2.csv").write_text(MORE, encoding="utf-8")
    (feeds / "erp_orders.csv").write_text(
        "erp_id,order_id,synced_at,status\nE1,A1,2027-02-25T10:02:00+08:00,received\n", encoding="utf-8"
    )
    run_chain(feeds, store, NOON)
    # At noon in Shanghai it is the 25th.
    assert rows_of(snapshot_path(store), "select * from customer_care") == [
        ("LI", "birthday", date(2027, 3, 4), None, "gold"),
        ("LI", "vip_at_risk", date(2027, 2, 25), "A2", "paid_not_in_erp"),
        ("WANG", "birthday", date(2027, 2, 28), None, None),
    ]
