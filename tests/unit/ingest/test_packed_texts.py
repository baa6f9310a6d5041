"""Texts that are packed with gzip: whole ones are read, others rejected, and neither stops the rest."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError
from orderhealth_pipeline.ingest.files.unpacked import Unpacked
from tests.ingest_files import FeedFolder, payment, payments

ONE = gzip.compress(payments(payment("P1")).encode(), mtime=0)
MORE = gzip.compress((payment("P2") + "\n").encode(), mtime=0)


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


@pytest.mark.parametrize(
    ("packed", "read"),
    [
        (ONE, ["P1"]),
        (ONE + MORE, ["P1", "P2"]),
        (ONE + bytes(1), ["P1"]),
        (ONE + bytes(10_240), ["P1"]),
        (ONE + bytes(512) + MORE, ["P1", "P2"]),
        (ONE + gzip.compress(b"", mtime=0) + MORE + bytes(3), ["P1", "P2"]),
    ],
)
def test_members_and_zeros_behind_them_are_read(feeds: FeedFolder, packed: bytes, read: list[str]) -> None:
    feeds.put("payments.csv.gz", packed)
    (loaded,) = feeds.load()
    assert loaded.problem is None
    assert [number for (number,) in feeds.rows("payment_id")] == read


@pytest.mark.parametrize(
    ("packed", "kind", "said"),
    [
        (ONE[:-5], "unreadable_file", "cut short"),
        (ONE[:20], "unreadable_file", "cut short"),
        (ONE + MORE[:-9], "unreadable_file", "cut short"),
        (ONE[:30] + b"\xff\xff\xff" + ONE[33:], "unreadable_file", "damaged"),
        (ONE + b"P2,O2", "unreadable_file", "other bytes stand behind"),
        (ONE + b"\x00\x00P", "unreadable_file", "other bytes stand behind"),
        (b"payment_id\nP1\n", "unreadable_file", "not packed with gzip"),
        (bytes(300), "unreadable_file", "not packed with gzip"),
        (gzip.compress(b"payment_id\n" + bytes(40_000_000), mtime=0), "too_large", "unpacks to more than"),
        (gzip.compress(b"payment_id\n" + b"\n" * 40_000_000, mtime=0), "too_large", "unpacks to more than"),
    ],
)
def test_others_are_rejected_and_the_rest_goes_on(
    feeds: FeedFolder, packed: bytes, kind: str, said: str
) -> None:
    feeds.put("payments.csv.gz", packed)
    feeds.put("payments_2.csv", payments(payment("P9")))
    bad, good = feeds.load()
    assert said in (bad.problem or "")
    assert good.new_rows == 1
    assert feeds.rejected("file, line, kind") == [("payments.csv.gz", None, kind)]


def test_it_reads_what_pythons_own_reader_reads() -> None:
    text = b"".join(b"%d,%d\n" % (number, number * 7) for number in range(300_000))
    packed = gzip.compress(text[:1_000_000]) + gzip.compress(text[1_000_000:])
    assert Unpacked(io.BytesIO(packed)).read() == gzip.decompress(packed) == text


def test_a_bomb_is_found_before_it_takes_memory() -> None:
    with pytest.raises(UnreadableFileError, match="unpacks to more than"):
        Unpacked(io.BytesIO(gzip.compress(bytes(1 << 28)))).read()


@pytest.mark.parametrize(("name", "bad"), [("payments.csv.gz", "P2,short"), ("payments.csv.gz", '"open')])
def test_a_bad_line_of_a_packed_text_costs_itself_alone(feeds: FeedFolder, name: str, bad: str) -> None:
    feeds.put(name, gzip.compress(payments(payment("P1"), bad, payment("P3")).encode()))
    feeds.load()
    assert feeds.rows("payment_id") == [("P1",), ("P3",)]
    assert feeds.rejected("line, row ->> 'text'") == [(3, bad)]
