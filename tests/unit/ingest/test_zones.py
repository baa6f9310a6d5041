"""The zone of instants without an offset, and what becomes of rows that were read in a wrong one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.ingest_files import SHANGHAI, FeedFolder, payment, payments

PARIS, UTC_ZONE = ZoneInfo("Europe/Paris"), ZoneInfo("UTC")


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


def at(hour: int) -> datetime:
    return datetime(2026, 11, 10, hour, tzinfo=UTC)


@pytest.mark.parametrize(("wrong", "right", "paid"), [(SHANGHAI, UTC_ZONE, 20), (UTC_ZONE, SHANGHAI, 12)])
def test_a_corrected_zone_reads_again_what_was_read_in_the_wrong_one(
    feeds: FeedFolder, wrong: ZoneInfo, right: ZoneInfo, paid: int
) -> None:
    feeds.put("payments.csv", payments(payment("P1"), payment("P2", paid_at="2026-11-10T20:00:00Z")))
    feeds.load(zone=wrong)
    (again,) = feeds.load(zone=right)
    assert not again.is_unchanged
    assert feeds.rows("payment_id, paid_at") == [("P1", at(paid)), ("P2", at(20))]
    (once_more,) = feeds.load(zone=right)
    assert once_more.is_unchanged


def test_an_instant_in_the_key_does_not_hide_the_row_that_was_misread(feeds: FeedFolder) -> None:
    feeds.put("wms_stock.csv", "warehouse,sku,counted_at,on_hand\nGZ,MILK,2026-11-10 20:00:00,5\n")
    feeds.load("wms_stock", zone=UTC_ZONE)
    feeds.load("wms_stock", zone=SHANGHAI)
    assert feeds.rows("counted_at", "wms_stock") == [(at(12),)]


def test_what_no_file_says_any_more_is_not_forgotten(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(payment("P1"), payment("P2")))
    feeds.load(zone=UTC_ZONE)
    feeds.put("payments.csv", payments(payment("P2")))
    feeds.load(zone=SHANGHAI)
    assert sorted(feeds.rows("payment_id, paid_at")) == [("P1", at(20)), ("P2", at(12))]


def test_all_files_of_the_feed_are_read_again_and_end_as_if_read_so_at_once(
    feeds: FeedFolder, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = FeedFolder(tmp_path / "other")
    for folder, zones in ((feeds, (PARIS, SHANGHAI)), (other, (SHANGHAI,))):
        folder.put("payments.csv", payments(payment("P1"), payment("P2", amount="1")))
        folder.put("payments_2.csv", payments(payment("P1"), payment("P2", amount="2")))
        for zone in zones:
            folder.load(zone=zone)
    columns = "payment_id, paid_at, amount, updated_at"
    assert sorted(feeds.rows(columns)) == sorted(other.rows(columns))


def test_a_file_that_cannot_be_read_again_takes_nothing_with_it(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(payment("P1")))
    feeds.load(zone=UTC_ZONE)
    feeds.put("payments.csv", b"")
    feeds.load(zone=SHANGHAI)
    assert feeds.rows("payment_id") == [("P1",)]
