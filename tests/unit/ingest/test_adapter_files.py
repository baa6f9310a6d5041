"""Files as platforms export them, through an adapter: several of a kind, title lines, totals, guards."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import xlsxwriter

from orderhealth_pipeline.errors import ConfigurationError, UnusableInputError
from orderhealth_pipeline.ingest.adapters.declaration import read_adapter
from orderhealth_pipeline.ingest.adapters.load_through_adapter import load_through_adapter
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.store.file.connection import open_store, transaction
from tests.ingest_files import AS_OF, CONTRACTS, SHANGHAI, FeedFolder

SELECT = """
    select "流水号" as payment_id, "订单号" as order_id, "时间" as paid_at, "金额" as amount, "状态" as status
    from pays
"""
HEADER = "流水号,订单号,时间,金额,状态"


class AdaptedFolder(FeedFolder):
    """A folder of a platform's own files, and an adapter for its payments."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.adapter = folder / "adapter"
        self.adapter.mkdir()
        self.select(SELECT)

    def declare(self, source: str) -> None:
        text = f"name: shop\ntimezone: Asia/Shanghai\ncurrency: CNY\ndescription: x\nsources:\n  - {source}\n"
        (self.adapter / "adapter.yml").write_text(text, encoding="utf-8")

    def select(self, text: str) -> None:
        (self.adapter / "payments.sql").write_text(dedent(text), encoding="utf-8")

    def load(self, *_: Any, **__: Any) -> list[LoadedFile]:
        adapter = read_adapter(str(self.adapter), CONTRACTS)
        with open_store(self.store) as con, transaction(con):
            contracts = {"payments": CONTRACTS["payments"]}
            zones = dict.fromkeys(contracts, SHANGHAI)
            return load_through_adapter(con, adapter, self.folder, contracts, zones=zones, as_of=AS_OF)


@pytest.fixture
def shop(tmp_path: Path) -> AdaptedFolder:
    return AdaptedFolder(tmp_path)


COLUMNS = "columns: [流水号, 订单号, 时间, 金额, 状态]"


def test_all_files_of_a_pattern_are_read_and_a_newer_one_wins(shop: AdaptedFolder) -> None:
    shop.declare(f'{{name: pays, files: "支付流水*.csv", {COLUMNS}}}')
    shop.put("支付流水_2.csv", f"{HEADER}\nP1,A1,2026-11-10 09:00:00,10,failed\n")
    shop.put(
        "支付流水_10.csv",
        f"{HEADER}\nP1,A1,2026-11-10 09:00:00,10,succeeded\nP2,A2,2026-11-10 09:00:00,5,pending\n",
    )
    shop.put("其他.csv", "x\n1\n")
    (loaded,) = shop.load()
    assert (loaded.feed, loaded.rows) == ("payments", 3)
    assert shop.rows("payment_id, status") == [("P1", "failed"), ("P1", "succeeded"), ("P2", "pending")]
    assert shop.load()[0].is_unchanged


def test_names_of_columns_are_compared_without_blanks_and_capitals(shop: AdaptedFolder) -> None:
    shop.declare('{name: pays, file: pays.csv, columns: ["Order ID", 金额（元）]}')
    shop.select("""
        select "Order ID" as payment_id, "Order ID" as order_id, "金额（元）" as amount, 'succeeded' as status
        from pays;
    """)
    shop.put("pays.csv", "ORDER id ,\u200b金额(元)\nA1,10\n")
    shop.load()
    assert shop.rows("order_id, amount") == [("A1", 10)]


def test_title_lines_and_totals_are_no_rows_and_lines_are_those_of_the_file(shop: AdaptedFolder) -> None:
    shop.declare(f"{{name: pays, file: bill.csv, header_contains: 流水号, ends_before: 总笔数, {COLUMNS}}}")
    text = (
        "#账单\n#账号：[1]\n\n"
        f"{HEADER}\n"
        "`P1,`A1,`2026-11-10 09:00:00,`10.00,`succeeded\n"
        "`P2,`A2,`2026-11-10 09:00:00,`ten,`succeeded\n"
        '"=""P3""",\'A3,2026-11-10 09:00:00\t,5,succeeded\n'
        "`总笔数,总金额\n`3,`15\n"
    )
    shop.put("bill.csv", text.encode("gb18030"))
    shop.load()
    assert shop.rows("payment_id, order_id, amount") == [("P1", "A1", 10), ("P3", "A3", 5)]
    ((file, line, reason),) = shop.rejected()
    assert (file, line) == ("bill.csv", 6)
    assert "amount" in reason


def test_a_file_of_several_exports_with_columns_in_another_order_is_refused(shop: AdaptedFolder) -> None:
    shop.declare(f'{{name: pays, files: "pays*.csv", {COLUMNS}}}')
    row = "2026-11-10 09:00:00,10,succeeded"
    shop.put("pays_1.csv", f"{HEADER}\nP1,A1,{row}\n")
    shop.put("pays_2.csv", f"{HEADER}\nP2,A2,{row}\n订单号, 流水号,时间,金额,状态\nA3,P3,{row}\n")
    shop.load()
    assert shop.rows("payment_id, order_id") == [("P1", "A1")]
    assert shop.rejected("file, line, kind") == [("pays_2.csv", None, "second_header")]


def test_the_header_may_stand_in_a_line_of_its_own(shop: AdaptedFolder) -> None:
    shop.declare(f"{{name: pays, file: bill.csv, header_row: 3, {COLUMNS}}}")
    shop.put("bill.csv", f"title\n\n{HEADER}\nP1,A1,,1,succeeded\n")
    shop.load()
    assert shop.rows("payment_id") == [("P1",)]


def test_a_rejected_row_names_its_file_and_line_even_behind_a_join(shop: AdaptedFolder) -> None:
    shop.declare(f'{{name: pays, files: "pays*.csv", {COLUMNS}}}')
    shop.select(f"{SELECT} left join (values ('A1', 1)) as known(order_id, n) on known.order_id = \"订单号\"")
    shop.put("pays1.csv", f"{HEADER}\nP1,A1,,1,succeeded\n")
    shop.put("pays2.csv", f"{HEADER}\nP2,A2,,2,succeeded\nP3,,,3,succeeded\n")
    shop.load()
    assert shop.rejected("file, line") == [("pays2.csv", 3)]


def test_one_of_several_files_that_is_none_costs_only_itself(shop: AdaptedFolder) -> None:
    shop.declare(f'{{name: pays, files: "pays*.csv", {COLUMNS}}}')
    shop.put("pays1.csv", f"{HEADER}\nP1,A1,,1,succeeded\n")
    shop.put("pays2.csv", "P9,A9,,1,succeeded\nP8,A8,,1,succeeded\n")
    shop.load()
    assert shop.rows("payment_id") == [("P1",)]
    ((file, line, reason),) = shop.rejected()
    assert (file, line) == ("pays2.csv", None)
    assert "P9" not in reason
    assert "header" in reason


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (f"{{name: pays, file: a.csv, files: b.csv, {COLUMNS}}}", "only one of file and files"),
        (f"{{name: pays, file: ../a.csv, {COLUMNS}}}", "without a folder"),
        (f"{{name: pays, file: a.doc, {COLUMNS}}}", "ends in no format that is read"),
        (f'{{files: "支付*.csv", {COLUMNS}}}', "cannot be a table's name"),
        (
            f"{{name: pays, file: a.csv, header_row: 2, header_contains: x, {COLUMNS}}}",
            "only one of header_row",
        ),
        ("{name: pays, file: a.csv, columns: [流水号, '流水号 ']}", "stands here twice"),
    ],
)
def test_a_wrong_source_is_named_with_file_and_line(shop: AdaptedFolder, source: str, reason: str) -> None:
    shop.declare(source)
    with pytest.raises(ConfigurationError, match=r"adapter\.yml:6") as raised:
        shop.load()
    assert reason in str(raised.value)


@pytest.mark.parametrize(
    ("select", "reason"),
    [
        ('select "流水号" as payment_id from pays', "order_id, amount, status is missing"),
        (
            f"{SELECT.replace('as amount', 'as amounts')}",
            "the feed has no column amounts; it has: payment_id",
        ),
        ('select "流水" as payment_id from pays', "the statement fails: Binder Error"),
        ("select 金额::int as payment_id from pays", "a value that it cannot convert"),
        ("select getenv('HOME') as payment_id from pays", "the statement fails"),
        ("select current_setting('home_directory') as payment_id from pays where 1 = 2", "is missing"),
    ],
)
def test_a_statement_that_cannot_be_used_is_named_with_its_file(
    shop: AdaptedFolder, select: str, reason: str
) -> None:
    shop.declare(f"{{name: pays, file: pays.csv, {COLUMNS}}}")
    shop.put("pays.csv", f"{HEADER}\nP1,A1,,secret-value,succeeded\n")
    shop.select(select)
    with pytest.raises(ConfigurationError) as raised:
        shop.load()
    assert str(shop.adapter / "payments.sql") in str(raised.value)
    assert reason in str(raised.value)
    assert "secret-value" not in str(raised.value)


def test_a_file_without_a_column_says_which_and_what_is_there(shop: AdaptedFolder) -> None:
    shop.declare(f"{{name: pays, file: pays.csv, {COLUMNS}}}")
    shop.put("pays.csv", "流水号,订单号,时间,金额,备注\nP1,A1,,1,x\n")
    with pytest.raises(
        UnusableInputError, match=r"pays\.csv: the column 状态 is missing \(found: 流水号, 订单号"
    ):
        shop.load()


def test_columns_that_a_file_may_lack_are_empty_then(shop: AdaptedFolder) -> None:
    shop.declare(f"{{name: pays, file: pays.csv, {COLUMNS}, optional_columns: [方式]}}")
    shop.select(SELECT.replace('"状态" as status', '"状态" as status, "方式" as method'))
    shop.put("pays.csv", f"{HEADER}\nP1,A1,,1,succeeded\n")
    shop.load()
    assert shop.rows("payment_id, method") == [("P1", None)]


def test_a_spreadsheet_has_title_rows_and_totals_too(shop: AdaptedFolder) -> None:
    shop.declare(
        f'{{name: pays, files: "账单*.xlsx", header_contains: 流水号, ends_before: 合计, {COLUMNS}}}'
    )
    rows = [
        ["九月账单"],
        [],
        HEADER.split(","),
        ["P1", "A1", "2026-11-10 09:00:00", "10", "succeeded"],
        ["P2", "A2", "2026-11-10 09:00:00", "ten", "succeeded"],
        ["合计", "", "", "20", ""],
    ]
    with xlsxwriter.Workbook(shop.folder / "账单9月.xlsx") as book:
        sheet = book.add_worksheet("明细")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    shop.load()
    assert shop.rows("payment_id, amount") == [("P1", 10)]
    assert shop.rejected("file, line") == [("账单9月.xlsx", 5)]
