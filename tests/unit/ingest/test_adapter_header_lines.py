"""A header over two lines, as merged cells make it, is read as one."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from orderhealth_pipeline.ingest.adapters.heads import Head
from orderhealth_pipeline.ingest.mapping.table import table_in
from orderhealth_pipeline.ingest.text.table_place import joined_header
from tests.unit.ingest.test_adapter_files import AdaptedFolder

UPPER = ["流水号", "订单号", "支付信息", "", ""]
LOWER = ["", "", "时间", "金额", "状态"]
ROWS = [["P1", "A1", "2026-11-10", "1", "succeeded"], ["P2", "", "2026-11-10", "2", "succeeded"]]
COLUMNS = "columns: [流水号, 订单号, 时间, 金额, 状态]"


@pytest.fixture
def shop(tmp_path: Path) -> AdaptedFolder:
    return AdaptedFolder(tmp_path)


BY_NAME = "file: pays.csv, "


@pytest.mark.parametrize("told", [f"{BY_NAME}header_row: 2, ", f"{BY_NAME}header_contains: 流水号, ", ""])
def test_a_text_with_two_header_lines(told: str, shop: AdaptedFolder) -> None:
    shop.declare(f"{{name: pays, {told}header_lines: 2, {COLUMNS}}}")
    lines = [["某店 支付流水"], UPPER, LOWER, *ROWS]
    shop.put("pays.csv", "".join(",".join(line) + "\r\n" for line in lines))
    shop.load()
    assert shop.rows("payment_id, order_id, amount") == [("P1", "A1", 1)]
    assert shop.rejected("file, line, kind") == [("pays.csv", 5, "missing_value")]


@pytest.mark.parametrize("told", ["file: pays.xlsx, header_row: 2, ", ""])
def test_a_sheet_with_two_header_lines(told: str, shop: AdaptedFolder) -> None:
    shop.declare(f"{{name: pays, {told}header_lines: 2, {COLUMNS}}}")
    with xlsxwriter.Workbook(str(shop.folder / "pays.xlsx")) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate([["某店 支付流水"], UPPER, LOWER, *ROWS]):
            sheet.write_row(number, 0, [cell or None for cell in line])
    shop.load()
    assert shop.rows("payment_id, order_id, amount") == [("P1", "A1", 1)]
    assert shop.rejected("line, kind") == [(5, "missing_value")]


def test_names_below_two_groups_have_their_group_before_them() -> None:
    upper = ("订单号", "收货信息", "", "寄件信息", "")
    assert joined_header(upper, ("", "姓名", "电话", "姓名")) == (
        "订单号",
        "收货信息姓名",
        "电话",
        "寄件信息姓名",
        "",
    )


def test_two_lines_are_told_from_groups_titles_and_units() -> None:
    rows = (("A1", "2026-11-11 09:00", "已发货", "10", "张三", "13812345678"),)
    names = ("订单号", "下单时间", "订单状态", "金额", "收货人", "手机")
    merged = table_in(Head((("导出",), (*names[:4], "收货信息", ""), ("", "", "", "", *names[4:]), *rows)))
    assert merged is not None
    assert (merged.header_row, merged.header_lines, merged.header, merged.rows) == (1, 2, names, rows)
    for above in (("订单信息", "", "", "", "收货信息", ""), ("某店订单导出", "", "", "", "", "")):
        grouped = table_in(Head((above, names, *rows)))
        assert grouped is not None
        assert (grouped.header_row, grouped.header_lines, grouped.header) == (1, 1, names)
    unit = table_in(Head((names, ("", "", "", "元", "", ""), *rows)))
    assert unit is not None
    assert (unit.header_row, unit.header_lines) == (0, 1)
