"""Given a file that is not what its name says, people hear what it is and what to do, in their language."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.files.disguised import disguise
from orderhealth_pipeline.messages import in_locale
from orderhealth_pipeline.pipeline.dropped.look import look_at
from orderhealth_pipeline.settings import Settings
from tests.ingest_files import FeedFolder, payment, payments


def spreadsheet() -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        book.add_worksheet().write_row(0, 0, ["payment_id", "order_id", "amount", "status"])
    return written.getvalue()


def parquet() -> bytes:
    written = io.BytesIO()
    pl.DataFrame({"payment_id": ["P1"]}).write_parquet(written)
    return written.getvalue()


CSV = payments(payment("P1")).encode()
DISGUISED = [
    ("payments.csv", spreadsheet(), "spreadsheet", "电子表格"),
    ("payments.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), ".xls", ".xls"),
    ("payments.csv", b"%PDF-1.7\n1 0 obj\n", "PDF", "PDF"),
    ("payments.csv", gzip.compress(CSV), "gzip", "gzip"),
    ("payments.csv", parquet(), "Parquet", "Parquet"),
    ("payments.csv", "\ufeff\r\n<HTML><table><tr><td>a".encode(), "HTML", "网页"),
    ("payments.csv", b'{"payment_id": "P1"}\n', "JSON", "JSON"),
    ("payments.xlsx", CSV, "text", "文本"),
    ("payments.xlsx", b"<table><tr><td>a</td></tr></table>", "HTML", "网页"),
    ("payments.parquet", CSV, "text", "文本"),
]


@pytest.mark.parametrize(("name", "content", "in_english", "in_chinese"), DISGUISED)
def test_a_feed_file_that_is_something_else_is_told_as_that(
    name: str, content: bytes, in_english: str, in_chinese: str, tmp_path: Path
) -> None:
    feeds = FeedFolder(tmp_path)
    feeds.put(name, content)
    (loaded,) = feeds.load()
    problem = loaded.problem
    assert problem is not None
    assert in_english in str(problem)
    assert in_chinese in in_locale(problem, "zh")
    assert feeds.rejected("file, reason") == [(name, str(problem))]


@pytest.mark.parametrize(("name", "content", "in_english", "in_chinese"), DISGUISED)
def test_a_file_that_is_dropped_in_is_told_the_same(
    name: str, content: bytes, in_english: str, in_chinese: str, tmp_path: Path
) -> None:
    file = tmp_path / name.replace("payments", "export")
    file.write_bytes(content)
    with pytest.raises(UnusableInputError) as refused:
        look_at(file, Settings(store=tmp_path / "store.duckdb", feeds=tmp_path / "feeds"))
    assert in_english in refused.value.in_locale("en")
    assert in_chinese in refused.value.in_locale("zh")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("payments.csv", CSV),
        ("payments.csv", b""),
        ("payments.csv", b"payment_id\n{1}\n"),
        ("payments.xlsx", spreadsheet()),
        ("payments.parquet", parquet()),
        ("payments.csv.gz", gzip.compress(CSV)),
        ("payments.csv.gz", CSV),
        ("payments.jsonl", b'{"payment_id": "P1"}\n'),
        ("payments.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ],
)
def test_of_a_file_that_is_what_its_name_says_nothing_is_said(
    name: str, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    assert disguise(tmp_path / name) is None
