"""Every row that is read is accounted for: new, known, replaced, rejected or ahead, and only one of these."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.rows.accounts import Account, first_accounts
from orderhealth_pipeline.store.rows.freshness import count_freshness
from tests.ingest_files import AS_OF, CONTRACTS, LIMITS, FeedFolder, payment, payments

ORDERS = "order_id,shop,placed_at,status,amount\n"


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


def account(feeds: FeedFolder, feed: str = "payments", as_of: datetime = AS_OF) -> Account:
    with open_store(feeds.store) as con:
        return first_accounts(con, count_freshness(con, CONTRACTS, as_of, LIMITS, {}))[feed]


def state(feeds: FeedFolder, feed: str = "payments") -> tuple[str, int]:
    """The state of a feed, and how many rejected rows stand."""
    with open_store(feeds.store) as con:
        freshness = count_freshness(con, CONTRACTS, AS_OF, LIMITS, {})
    ((state, rejected),) = freshness.filter(feed=feed).select("state", "rejected").rows()
    return state, rejected


def good(start: int, stop: int) -> list[str]:
    return [payment(f"P{number}") for number in range(start, stop)]


def bad(start: int, stop: int) -> list[str]:
    return [payment(f"P{number}", paid_at="03/04/2026") for number in range(start, stop)]


def test_every_row_is_in_one_count_and_no_other(feeds: FeedFolder) -> None:
    later = (AS_OF + timedelta(hours=7)).isoformat()
    feeds.put(
        "payments_1.csv",
        payments(
            payment("P1"),
            payment("P1", amount="13"),
            payment("P2", updated_at=later),
            payment("P3", amount="x"),
            "P4,short",
        ),
    )
    feeds.put("payments_2.csv", payments(payment("P5"), payment("P2", updated_at=later)))
    feeds.load()
    assert account(feeds) == Account(read=7, new=2, known=1, replaced=1, rejected=2, ahead=1)
    with open_store(feeds.store) as con:
        until = count_freshness(con, CONTRACTS, AS_OF, LIMITS, {}).filter(feed="payments")["ahead_until"]
    assert until.to_list() == [AS_OF + timedelta(hours=7)]


@pytest.mark.parametrize(
    ("rejected", "of", "expected"),
    [(9, 20, "fresh"), (10, 200, "fresh"), (10, 199, "damaged"), (0, 10, "fresh"), (3, 3, "damaged")],
)
def test_a_feed_is_damaged_by_many_rejected_rows_and_a_large_share(
    feeds: FeedFolder, rejected: int, of: int, expected: str
) -> None:
    feeds.put("payments.csv", payments(*bad(0, rejected), *good(rejected, of)))
    feeds.load()
    assert state(feeds) == (expected, rejected)


def test_a_feed_is_well_again_when_its_file_is_mended(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(*bad(0, 20), *good(20, 100)))
    feeds.load()
    feeds.put("payments.csv", payments(*good(0, 100)))
    feeds.load()
    assert state(feeds) == ("fresh", 0)
    assert len(feeds.rejected()) == 20


def test_a_feed_is_well_again_when_another_file_brings_the_rows(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(*bad(0, 20), *good(20, 100)))
    feeds.put("payments_mended.csv", payments(*good(0, 12)))
    feeds.load()
    assert state(feeds) == ("fresh", 8)


def test_a_long_history_does_not_hide_what_is_wrong_today_nor_a_good_row_what_is_missing(
    feeds: FeedFolder,
) -> None:
    feeds.put("payments_1.csv", payments(*good(0, 2000)))
    feeds.load()
    feeds.put("payments_2.csv", payments(*bad(2000, 2030)))
    feeds.load()
    assert state(feeds) == ("damaged", 30)
    feeds.put("payments_3.csv", payments(*good(2030, 2040)))
    feeds.load()
    assert state(feeds) == ("damaged", 30)
    feeds.put("payments_4.csv", payments(*good(2040, 2800)))
    feeds.load()
    assert state(feeds) == ("fresh", 30)


def test_many_small_files_are_judged_together(feeds: FeedFolder) -> None:
    for number in range(5):
        feeds.put(f"payments_{number}.csv", payments(*bad(number * 3, number * 3 + 3), payment(f"Q{number}")))
        feeds.load()
    assert state(feeds) == ("damaged", 15)


def test_a_feed_of_which_no_file_can_be_read_is_damaged_and_not_missing(feeds: FeedFolder) -> None:
    feeds.put("payments.parquet", b"PAR1 no parquet")
    feeds.load()
    assert state(feeds) == ("damaged", 0)
    feeds.put("payments.csv", payments(*good(0, 1)))
    feeds.load()
    assert state(feeds) == ("fresh", 0)


@pytest.mark.parametrize("in_pieces", [False, True])
def test_an_order_number_of_two_shops_belongs_to_the_first(feeds: FeedFolder, in_pieces: bool) -> None:
    first = [f"O{number},north,2026-11-10,paid,1" for number in range(3)]
    feeds.put("storefront_orders_1.csv", ORDERS + "\n".join([*first, "O0,south,2026-11-11,paid,2"]))
    if in_pieces:
        feeds.load("storefront_orders")
    second = ["O1,south,2026-11-10,paid,3", "O1,,2026-11-10,shipped,1", "O9,south,2026-11-10,paid,3", "bad"]
    feeds.put("storefront_orders_2.csv", ORDERS + "\n".join(second))
    feeds.load("storefront_orders")
    assert feeds.rejected("file, line, kind, column_name") == [
        ("storefront_orders_1.csv", 5, "shop_conflict", "shop"),
        ("storefront_orders_2.csv", 2, "shop_conflict", "shop"),
        ("storefront_orders_2.csv", 5, "wrong_field_count", None),
    ]
    assert feeds.query("select row ->> 'amount' from rejected_rows where line = 2") == [("3",)]
    assert account(feeds, "storefront_orders") == Account(8, 4, 0, 1, 3, 0)
