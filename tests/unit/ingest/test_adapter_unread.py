"""What of a platform's files is no row is told, and missing in the feeds that are made of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
import xlsxwriter

from orderhealth_pipeline.ingest.adapters.declaration import read_adapter
from orderhealth_pipeline.ingest.adapters.load_through_adapter import load_through_adapter
from orderhealth_pipeline.ingest.unread_parts import NoFileReadError
from orderhealth_pipeline.store.file.connection import open_store, transaction
from orderhealth_pipeline.store.rows.kept import count_kept
from tests.ingest_files import AS_OF, CONTRACTS, LIMITS, SHANGHAI
from tests.unit.ingest.test_adapter_files import COLUMNS, HEADER, AdaptedFolder


@pytest.fixture
def shop(tmp_path: Path) -> AdaptedFolder:
    return AdaptedFolder(tmp_path)


SUBTOTALS = """
    {header}
    P1,A1,2026-11-10 09:00:00,10,succeeded
    小计,,,10,
    P2,A2,2026-11-10 09:00:00,5,succeeded
    ,小计：1 笔,,5,
    P3,A3,2026-11-10 09:00:00,5,succeeded
    合计,,,20,
    制单人：李四,,,,
"""


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_totals_between_rows_end_no_table(shop: AdaptedFolder, ending: str) -> None:
    shop.declare(f"{{name: pays, file: bill.{ending}, ends_before: [小计, 合计], {COLUMNS}}}")
    text = dedent(SUBTOTALS).lstrip().format(header=HEADER)
    if ending == "csv":
        shop.put("bill.csv", text)
    else:
        with xlsxwriter.Workbook(str(shop.folder / "bill.xlsx")) as book:
            sheet = book.add_worksheet()
            for number, line in enumerate(text.splitlines()):
                sheet.write_row(number, 0, [cell or None for cell in line.split(",")])
    (loaded,) = shop.load()
    assert (loaded.rows, loaded.new_rows, loaded.rejected_rows) == (5, 3, 2)
    assert shop.rows("payment_id") == [("P1",), ("P2",), ("P3",)]
    assert shop.rejected("line, kind") == [(3, "totals_line"), (5, "totals_line")]


def test_totals_between_lines_that_were_merged_are_no_orders(shop: AdaptedFolder) -> None:
    filled = "fill_down: [流水号, 订单号, 时间, 状态]"
    shop.declare(f"{{name: pays, file: bill.csv, ends_before: 小计, {filled}, {COLUMNS}}}")
    rows = "P1,A1,2026-11-10,10,succeeded\n小计,,,10,\nP2,A2,2026-11-10,5,succeeded\n"
    shop.put("bill.csv", f"{HEADER}\n{rows}")
    shop.load()
    assert shop.rows("payment_id") == [("P1",), ("P2",)]


def test_lines_that_no_statement_saw_are_missing_in_the_feeds_made_of_them(shop: AdaptedFolder) -> None:
    shop.declare(f'{{name: pays, files: "pays*.csv", {COLUMNS}}}')
    good = "".join(f"P{number},A{number},2026-11-10,1,succeeded\n" for number in range(20))
    bad = "".join(f"P{number},A{number},2026-11-10,1,succeeded,more\n" for number in range(20, 32))
    shop.put("pays1.csv", f"{HEADER}\n{good}")
    shop.put("pays2.csv", f"{HEADER}\n{bad}")
    shop.put("pays3.csv", "流水号,订单号\nP40,A40\n")
    loaded, unread = shop.load()
    assert (loaded.rows, loaded.new_rows, loaded.rejected_rows) == (32, 20, 12)
    assert (unread.feed, unread.file) == ("payments", "pays3.csv")
    assert "状态" in str(unread.problem)
    assert shop.query("select distinct feed, file, kind from rejected_rows order by all") == [
        ("payments", "pays2.csv", "wrong_field_count"),
        ("payments", "pays3.csv", "missing_column"),
    ]
    with open_store(shop.store) as con:
        kept = count_kept(con, CONTRACTS, LIMITS.rejected_at_most, AS_OF)["payments"]
    assert kept.is_damaged
    shop.put("pays2.csv", f"{HEADER}\n{bad.replace(',more', '')}")
    shop.load()
    assert shop.query("select count(*) from rejected_rows where is_standing and line is not null") == [(0,)]


def test_why_nothing_of_a_source_can_be_read_is_kept_for_its_feeds(shop: AdaptedFolder) -> None:
    shop.declare(f"{{name: pays, file: pays.csv, {COLUMNS}}}")
    shop.put("pays.csv", "流水号,订单号\nP40,A40\n")
    adapter = read_adapter(str(shop.adapter), CONTRACTS)
    with open_store(shop.store) as con, transaction(con):
        contracts, zones = {"payments": CONTRACTS["payments"]}, {"payments": SHANGHAI}
        with pytest.raises(NoFileReadError, match="状态"):
            load_through_adapter(con, adapter, shop.folder, contracts, zones=zones, as_of=AS_OF)
    assert shop.rejected("feed, file, line, kind") == [("payments", "pays.csv", None, "missing_column")]


def test_a_header_that_is_elsewhere_is_told_by_its_line_in_the_file(shop: AdaptedFolder) -> None:
    shop.declare(f'{{name: pays, files: "pays*.csv", header_row: 2, {COLUMNS}}}')
    shop.put("pays1.csv", f"title\n{HEADER}\nP1,A1,,1,succeeded\n")
    shop.put("pays2.csv", f"title\nanother\n\n{HEADER}\nP2,A2,,1,succeeded\n")
    shop.load()
    ((file, reason),) = shop.rejected("file, reason")
    assert file == "pays2.csv"
    assert reason == "its header is line 4: say header_contains: 流水号 in adapter.yml"


def test_names_of_sheets_are_compared_as_those_of_columns_and_told(
    shop: AdaptedFolder,
) -> None:
    shop.declare(f'{{name: pays, files: "pays*.xlsx", sheet: 明细, header_row: 2, {COLUMNS}}}')
    rows = [["title"], HEADER.split(","), ["P1", "A1", "2026-11-10", "1", "succeeded"]]
    for name, sheet in (("pays1.xlsx", "明细 "), ("pays2.xlsx", "流水")):
        with xlsxwriter.Workbook(str(shop.folder / name)) as book:
            for number, row in enumerate(rows):
                book.get_worksheet_by_name(sheet) or book.add_worksheet(sheet)
                book.get_worksheet_by_name(sheet).write_row(number, 0, row)
    shop.load()
    assert shop.rows("payment_id") == [("P1",)]
    assert shop.rejected("file, reason") == [("pays2.xlsx", "there is no sheet '明细' here; there are: 流水")]


def test_a_sheet_with_its_header_elsewhere_is_told(
    shop: AdaptedFolder, caplog: pytest.LogCaptureFixture
) -> None:
    shop.declare(f"{{name: pays, file: pays.xlsx, header_row: 2, {COLUMNS}}}")
    row = ["P1", "A1", "2026-11-10", "1", "succeeded"]
    with xlsxwriter.Workbook(str(shop.folder / "pays.xlsx")) as book:
        for name, rows in (
            ("十月", [["title"], HEADER.split(","), row]),
            ("十一月", [HEADER.split(","), row]),
        ):
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    shop.load()
    assert "十一月" in caplog.text
