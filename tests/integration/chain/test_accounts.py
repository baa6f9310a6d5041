"""What a run says of its input: a tick counts what a full run counts, and a damaged feed blinds its rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.rows.accounts import Account
from tests.integration.chain.chain import rows_of, run_chain
from tests.integration.chain.test_ticks import EARLIER, NOON, order, write

FRESHNESS = (
    "select feed, rows, rejected, replaced, ahead, unowned, state from source_freshness where rows > 0"
)


def payment(number: int, paid_at: str = "2026-11-10 11:00:00+00:00", order_id: str = "") -> dict[str, Any]:
    return {
        "payment_id": f"P{number}",
        "order_id": order_id or f"O{number}",
        "paid_at": paid_at,
        "amount": "10",
        "status": "succeeded",
        "updated_at": paid_at if paid_at.startswith("2026") else "",
    }


def accounts(feeds: Path, store: Path, as_of: datetime) -> dict[str, Account]:
    plan = plan_run(Settings().model_copy(update={"store": store}), feeds_folder=feeds)
    return dict(run_pipeline(plan, as_of, StageTimes(lambda: 0.0)).accounts)


def test_a_tick_counts_what_a_full_run_counts(tmp_path: Path) -> None:
    feeds, store = tmp_path / "feeds", tmp_path / "s.duckdb"
    orders = [order(f"O{number}", f"B{number}", f"文三路{number}号") for number in range(4)]
    later = (NOON + timedelta(minutes=30)).isoformat()
    write(feeds, "storefront_orders", orders[:3])
    write(feeds, "payments", [payment(0), payment(1, later), payment(3), payment(9)])
    first = accounts(feeds, store, NOON)
    assert first["payments"] == Account(read=4, new=3, known=0, replaced=0, rejected=0, ahead=1)
    assert rows_of(store, FRESHNESS) == [
        ("payments", 3, 0, 0, 1, 2, "fresh"),
        ("storefront_orders", 3, 0, 0, 0, None, "fresh"),
    ]
    write(feeds, "storefront_orders", [{**orders[3], "updated_at": EARLIER.isoformat()}], "_2")
    write(feeds, "payments", [payment(0), payment(3, "2026-11-10 11:30:00+00:00"), payment(7, "x")], "_2")
    as_of = NOON + timedelta(hours=1)
    assert accounts(feeds, store, as_of) == {
        "payments": Account(read=3, new=0, known=1, replaced=1, rejected=1, ahead=0),
        "storefront_orders": Account(read=1, new=1, known=0, replaced=0, rejected=0, ahead=0),
    }
    after_ticks = rows_of(store, FRESHNESS)
    assert after_ticks == [
        ("payments", 4, 1, 1, 0, 1, "fresh"),
        ("storefront_orders", 4, 0, 0, 0, None, "fresh"),
    ]
    run_chain(feeds, tmp_path / "full.duckdb", as_of)
    assert rows_of(tmp_path / "full.duckdb", FRESHNESS) == after_ticks


def test_rules_that_need_a_damaged_feed_are_unknown_until_it_is_mended(tmp_path: Path) -> None:
    feeds, store = tmp_path / "feeds", tmp_path / "s.duckdb"
    numbers = range(30)
    write(feeds, "storefront_orders", [order(f"O{n}", f"B{n}", f"文三路{n}号") for n in numbers])
    write(feeds, "erp_orders", [{"erp_id": "E", "order_id": "O1", "synced_at": NOON, "status": "received"}])
    write(feeds, "payments", [payment(n, "03/04/2026" if n < 12 else "2026-11-10 11:00Z") for n in numbers])
    damaged = run_chain(feeds, store, NOON)
    assert damaged["rules"]["paid_not_in_erp"]["outcome"] == "unknown"
    assert damaged["rejected"] == {"payments": 12}
    write(feeds, "payments", [payment(n) for n in numbers])
    mended = run_chain(feeds, store, NOON + timedelta(minutes=1))
    assert mended["rules"]["paid_not_in_erp"]["outcome"] == "hit"
    assert mended["rejected"] == {}
