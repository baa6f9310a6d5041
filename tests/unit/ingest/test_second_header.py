"""Given exports pasted together with columns in another order, nothing is read as something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from tests.ingest_files import PAYMENTS, FeedFolder, payment, payments

HEADER = PAYMENTS.split(",")
SWAPPED = ",".join(["order_id", "payment_id", *HEADER[2:]])
REASON = (
    "line 3 names the columns again, in another order: these are several exports in one file; "
    "save each as a file of its own"
)


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


@pytest.mark.parametrize("header", [SWAPPED, SWAPPED.upper(), SWAPPED.replace("_", " ")])
def test_a_file_with_another_header_is_refused_with_its_line(feeds: FeedFolder, header: str) -> None:
    feeds.put("payments.csv", payments(payment("P1"), header, "O2" + payment("P2")[2:]))
    (loaded,) = feeds.load()
    assert str(loaded.problem) == REASON
    assert feeds.rejected("file, line, kind, reason") == [("payments.csv", None, "second_header", REASON)]


def test_of_small_files_only_that_one_is_refused(feeds: FeedFolder) -> None:
    for number in range(4):
        lines = [payment(f"P{number}"), *([SWAPPED, payment("P9")] if number == 2 else [])]
        feeds.put(f"payments_{number}.csv", payments(*lines))
    refused = [each for each in feeds.load() if each.problem]
    assert [each.file for each in refused] == ["payments_2.csv"]
    assert feeds.rows("payment_id") == [("P0",), ("P1",), ("P3",)]


def test_the_same_header_again_is_one_row_that_is_rejected(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(payment("P1"), PAYMENTS, payment("P2")))
    (loaded,) = feeds.load()
    assert (loaded.rows, loaded.new_rows, loaded.rejected_rows) == (3, 2, 1)
    assert feeds.rows("payment_id") == [("P1",), ("P2",)]


def test_a_row_whose_texts_are_names_of_columns_is_a_row(feeds: FeedFolder) -> None:
    feeds.put("payments.csv", payments(payment("status", order_id="amount", method="paid_at")))
    (loaded,) = feeds.load()
    assert isinstance(loaded, LoadedFile)
    assert feeds.rows("payment_id, order_id") == [("status", "amount")]
