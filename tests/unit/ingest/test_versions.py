"""Given the same keys again, in whatever order, the later row counts and nothing is lost or doubled."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.ingest.load import load_feed_files
from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.rows.freshness import count_freshness
from orderhealth_pipeline.store.rows.visible import visible_frames
from tests.ingest_files import AS_OF, CONTRACTS, LIMITS, PAYMENTS, SHANGHAI, FeedFolder, payment, payments


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


def visible(
    feeds: FeedFolder, column: str = "amount", as_of: datetime = AS_OF, feed: str = "payments"
) -> list[Any]:
    """The values of a column at an instant, by key."""
    contract = CONTRACTS[feed]
    with open_store(feeds.store) as con:
        frames = visible_frames(con, CONTRACTS, {feed: tuple(contract.columns)}, as_of)
        return frames[feed].sort(contract.key)[column].to_list()


def paid(amount: int, payment_id: str = "P1", updated_at: str = "") -> str:
    return payment(payment_id, amount=str(amount), updated_at=updated_at)


def test_the_later_version_counts_whatever_the_order_of_files_and_lines(feeds: FeedFolder) -> None:
    feeds.put(
        "payments_1.csv",
        payments(paid(2, updated_at="2026-11-10T02:00"), paid(1, updated_at="2026-11-10T01:00")),
    )
    feeds.put("payments_2.csv", payments(paid(0, updated_at="2026-11-10T00:30"), paid(9)))
    feeds.load()
    assert visible(feeds) == [2]


def test_without_versions_the_later_file_and_line_count_as_people_number_files(feeds: FeedFolder) -> None:
    feeds.put("payments_10.csv", payments(paid(1), paid(2)))
    feeds.put("payments_9.csv", payments(paid(3)))
    feeds.load()
    assert visible(feeds) == [2]


def test_an_old_file_that_comes_late_changes_only_what_it_alone_knows(feeds: FeedFolder) -> None:
    feeds.put("payments_2.csv", payments(paid(2)))
    feeds.load()
    feeds.put("payments_1.csv", payments(paid(1), paid(5, "P2")))
    feeds.load()
    assert visible(feeds) == [2, 5]


def test_files_may_lie_in_a_folder_of_the_feed(feeds: FeedFolder) -> None:
    feeds.put("payments/2026-11-10.csv", payments(paid(1)))
    feeds.put("payments/.hidden.csv", payments(paid(7, "P7")))
    feeds.put("payments.csv", payments(paid(2, "P2")))
    assert [file.file for file in feeds.load()] == ["payments.csv", "payments/2026-11-10.csv"]
    assert visible(feeds) == [1, 2]


def test_a_feed_seen_twice_changes_nothing_in_any_table(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(paid(1), paid(2), paid(3, "P2"), "ragged", paid(4, "P3") + "x?y"))
    feeds.put("payments_2.csv", payments(paid(2), payment("P9", amount="?")))
    feeds.put("payments_3.csv", "payment_id\n1\n")
    feeds.load()
    before = feeds.tables()
    assert [file.is_unchanged for file in feeds.load(as_of=AS_OF + timedelta(days=1))] == [True, True, False]
    assert feeds.tables() == before


def test_the_same_content_under_another_name_adds_no_version(feeds: FeedFolder) -> None:
    feeds.put("payments_1.csv", payments(paid(1), paid(3, "P2")))
    feeds.load()
    feeds.put("payments_2.csv", payments(paid(1), paid(3, "P2")))
    assert [file.new_rows for file in feeds.load()] == [0, 0]
    assert len(feeds.rows("payment_id")) == 2


def test_content_seen_again_in_a_later_file_counts_from_there(feeds: FeedFolder) -> None:
    """A row of file 3 counts against one of file 2, though it came first with file 1."""
    for name, amount in (("payments_1.csv", 1), ("payments_3.csv", 1), ("payments_2.csv", 2)):
        feeds.put(name, payments(paid(amount)))
        feeds.load()
    assert visible(feeds) == [1]


@pytest.mark.parametrize("contents", [(1, 2, 1), (1, 2, 3, 2), (2, 1, 1, 2)])
def test_a_file_that_goes_back_to_what_it_said_before_is_believed(
    feeds: FeedFolder, contents: tuple[int, ...]
) -> None:
    for amount in contents:
        feeds.put("payments.csv", payments(paid(amount)))
        feeds.load()
        assert visible(feeds) == [amount]


def test_a_file_that_grows_by_a_correction_and_its_withdrawal_ends_as_it_says(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(paid(1)))
    feeds.load()
    feeds.put("payments.csv", payments(paid(1), paid(2), paid(1)))
    feeds.load()
    assert visible(feeds) == [1]
    assert len(feeds.rows("payment_id")) == 4


def test_a_file_that_grows_adds_only_its_new_rows(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(paid(1), paid(2, "P2")))
    feeds.load()
    feeds.put("payments.csv", payments(paid(1), paid(2, "P2"), paid(3, "P3")))
    (loaded,) = feeds.load()
    assert (loaded.rows, loaded.new_rows) == (3, 1)


def test_at_a_past_instant_the_version_of_then_counts(feeds: FeedFolder) -> None:
    versions = {1: "2026-11-10T01:00:00", 2: "2026-11-10T02:00:00"}
    feeds.put("payments.csv", payments(*(paid(amount, updated_at=at) for amount, at in versions.items())))
    feeds.load()
    second = datetime(2026, 11, 9, 18, tzinfo=UTC)
    assert visible(feeds, as_of=second) == [2]
    assert visible(feeds, as_of=second - timedelta(microseconds=1)) == [1]
    assert visible(feeds, as_of=second - timedelta(hours=2)) == []


def test_an_instant_after_as_of_has_not_happened_yet(feeds: FeedFolder) -> None:
    feeds.put(
        "erp_orders.csv",
        "erp_id,order_id,synced_at,status,shipped_at\nE1,O1,2026-11-10T19:00,shipped,2026-11-10T20:00\n",
    )
    feeds.load("erp_orders")
    shipped_at = datetime(2026, 11, 10, 12, tzinfo=UTC)
    assert visible(feeds, "shipped_at", shipped_at, "erp_orders") == [shipped_at]
    assert visible(feeds, "shipped_at", shipped_at - timedelta(microseconds=1), "erp_orders") == [None]


def test_a_payment_that_will_be_paid_is_told_from_one_that_nobody_knows_when_it_was_paid(
    feeds: FeedFolder,
) -> None:
    feeds.put("payments.csv", payments(payment("P1", updated_at="")))
    feeds.load()
    paid_at = datetime(2026, 11, 10, 12, tzinfo=UTC)
    assert visible(feeds, "paid_at", paid_at - timedelta(microseconds=1)) == [paid_at]


def test_a_row_that_came_into_being_later_is_not_seen_and_a_promise_may_lie_ahead(feeds: FeedFolder) -> None:
    feeds.put(
        "storefront_orders.csv",
        "order_id,buyer_id,placed_at,status,amount,promised_ship_at\n"
        "O1,B1,2026-11-10T20:00,paid,5,2026-11-12T20:00\nO2,B1,2026-11-10T20:01,paid,5,\n",
    )
    feeds.load("storefront_orders")
    placed_at = datetime(2026, 11, 10, 12, tzinfo=UTC)
    promises = visible(feeds, "promised_ship_at", placed_at, "storefront_orders")
    assert promises == [placed_at + timedelta(days=2)]


def test_freshness_tells_what_was_known_at_the_instant(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(paid(1, updated_at="2026-11-10T20:00")))
    feeds.put("customers.csv", "buyer_id\nB1\n")
    for feed in ("payments", "customers"):
        feeds.load(feed)
    limits = replace(LIMITS, expected_every=dict.fromkeys(CONTRACTS, timedelta(days=1)))
    newest = datetime(2026, 11, 10, 12, tzinfo=UTC)
    with open_store(feeds.store) as con:
        for as_of, state in ((newest + timedelta(days=1), "fresh"), (AS_OF, "stale")):
            freshness = count_freshness(con, CONTRACTS, as_of, limits, {})
            rows = {row[0]: row[1:] for row in freshness.rows()}
            assert rows["payments"] == (newest, AS_OF, 1, 0, 0, 0, None, state)
            assert rows["customers"][2] == 1
            assert rows["returns"] == (None, None, 0, 0, 0, 0, None, "missing")
    assert feeds.query("select columns from feeds.loads where feed = 'payments'") == [(PAYMENTS.split(","),)]


def test_a_file_that_has_kept_size_and_time_is_not_read_again_unless_asked(feeds: FeedFolder) -> None:
    path = feeds.put("payments.csv", payments(payment("P1")))
    feeds.load()
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    feeds.put("payments.csv", payments(payment("P2")))
    os.utime(path, ns=times)

    assert feeds.load()[0].is_unchanged
    assert not feeds.load(read_again=True)[0].is_unchanged
    assert feeds.rows("payment_id") == [("P1",), ("P2",)]


def test_a_file_with_a_new_time_and_the_same_content_is_unchanged(feeds: FeedFolder) -> None:
    path = feeds.put("payments.csv", payments(payment("P1")))
    feeds.load()
    os.utime(path, ns=(0, 0))
    assert feeds.load()[0].is_unchanged


class Asked:
    """A connection that counts what it is asked."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con, self.questions = con, 0

    def execute(self, *question: Any) -> duckdb.DuckDBPyConnection:
        self.questions += 1
        return self.con.execute(*question)


def test_files_that_are_known_are_passed_over_together(feeds: FeedFolder) -> None:
    for number in range(20):
        feeds.put(f"payments_{number}.csv", payments(paid(number, f"P{number}")))
    feeds.load()
    files = feed_files(feeds.folder, "payments")
    questions = []
    with open_store(feeds.store) as con:
        for part in (files[:1], files):
            asked: Any = Asked(con)
            loaded = load_feed_files(
                asked, part, CONTRACTS, zones=dict.fromkeys(CONTRACTS, SHANGHAI), as_of=AS_OF
            )
            assert all(file.is_unchanged for file in loaded)
            questions.append(asked.questions)
    assert questions[0] == questions[1]


def test_a_row_with_a_shifted_value_beside_a_known_row_stops_no_file(feeds: FeedFolder) -> None:
    known = "P1,O1,2026-11-10 20:00:00,12.50,alipay,succeeded,2026-11-10 20:00:01"
    feeds.put("payments_1.csv", f"{PAYMENTS}\n{known}")
    feeds.load()
    feeds.put("payments_2.csv", f"{PAYMENTS}\n{known}\nP2,O2,杭州,12.50,alipay,succeeded,杭州")

    *_, second = feeds.load()

    assert (second.rows, second.new_rows, second.rejected_rows) == (2, 0, 1)


SCANS = "waybill_no,order_id,event_at,status,location\n"


def test_a_key_may_have_an_empty_column_which_equals_itself_alone(feeds: FeedFolder) -> None:
    feeds.put("tms_events_1.csv", SCANS + "W1,,2026-11-10,in_transit,A\nW1,O1,2026-11-10,in_transit,A\n")
    feeds.load("tms_events")
    feeds.put("tms_events_2.csv", SCANS + "W1,,2026-11-10,in_transit,A\nW1,O2,2026-11-10,in_transit,A\n")
    (_, loaded) = feeds.load("tms_events")
    assert (loaded.rows, loaded.new_rows) == (2, 1)
    feeds.put("tms_events_3.csv", SCANS + "W1,,2026-11-10,in_transit,B\n")
    feeds.load("tms_events")
    assert visible(feeds, "order_id", feed="tms_events") == [None, "O1", "O2"]
    assert visible(feeds, "location", feed="tms_events") == ["B", "A", "A"]


def test_one_parcel_one_payment_and_one_erp_record_may_belong_to_several_orders(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(payment("P1", order_id="A1"), payment("P1", order_id="A2")))
    feeds.put("wms_shipments.csv", "shipment_id,order_id\nW1,A1\nW1,A2\n")
    feeds.put(
        "erp_orders.csv",
        "erp_id,order_id,synced_at,status\nE1,A1,2026-11-10,merged\nE1,A2,2026-11-10,merged\n",
    )
    for feed in ("payments", "wms_shipments", "erp_orders"):
        feeds.load(feed)
        assert visible(feeds, "order_id", feed=feed) == ["A1", "A2"]
