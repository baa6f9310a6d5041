"""`orderhealth findings`: all orders, not three, in words, on the terminal and as files that people open."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from tests.integration.cli.conftest import AS_OF, Call

NASTY = '=HYPERLINK(""http://evil.example"",""店"")'


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def open_findings(store: Path, where: str = "true") -> set[tuple[str, str]]:
    with duckdb.connect(store, read_only=True) as con:
        query = f"""
            select coalesce(findings.order_id, ''), rule_id from findings
            left join order_fact on findings.order_id = order_fact.order_id
            where state = 'open' and {where}"""
        return set(con.sql(query).fetchall())


def listed(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {("" if row["Order"].startswith("(") else row["Order"], row["Rule"]) for row in rows}


def test_every_open_finding_is_listed_once(store: Path, orderhealth: Call) -> None:
    answer = orderhealth("findings", "--store", store, "--locale", "en", "--open", "--out", "list.csv")
    assert (answer.code, answer.err) == (0, "")
    rows = rows_of(Path("list.csv"))
    assert listed(rows) == open_findings(store)
    assert len(rows) == len(open_findings(store))
    assert all(row["Evidence"] and row["Owner"] and row["What to do"].startswith("1. ") for row in rows)
    assert {row["State"] for row in rows} == {"open"}


def test_what_is_explained_is_listed_with_its_reason_unless_open_ones_are_asked_for(
    store: Path, orderhealth: Call
) -> None:
    assert orderhealth("findings", "--store", store, "--locale", "en", "--out", "all.csv").code == 0
    states = {row["State"] for row in rows_of(Path("all.csv"))}
    assert "open" in states
    assert any(state.startswith("explained: ") for state in states)


def test_a_spreadsheet_has_one_sheet_an_owner_with_local_times_and_numbers(
    store: Path, orderhealth: Call
) -> None:
    assert orderhealth("findings", "--store", store, "--out", "list.xlsx").code == 0
    book = openpyxl.load_workbook("list.xlsx")
    assert orderhealth("findings", "--store", store, "--out", "list.csv").code == 0
    rows = rows_of(Path("list.csv"))
    assert set(book.sheetnames) == {row["负责人"] for row in rows}
    assert sum(sheet.max_row - 1 for sheet in book) == len(rows)
    sheet = book["仓库主管"]
    heading = [cell.value for cell in sheet[1]]
    first = dict(zip(heading, [cell.value for cell in sheet[2]], strict=True))
    (same,) = [row for row in rows if row["订单号"] == first["订单号"] and row["规则"] == first["规则"]]
    assert f"{first['下单时间']:%Y-%m-%d %H:%M}" == same["下单时间"]
    assert float(same["金额"]) == pytest.approx(first["金额"])


@pytest.mark.parametrize(
    ("option", "value", "where"),
    [
        ("--rule", "low_price", "rule_id = 'low_price'"),
        ("--warehouse", "杭州仓", "warehouse = '杭州仓'"),
        ("--owner", "warehouse supervisor", "findings.stage = 'warehouse' and rule_id <> 'erp_not_in_wms'"),
        ("--owner", "仓库主管", "findings.stage = 'warehouse' and rule_id <> 'erp_not_in_wms'"),
    ],
)
def test_the_list_can_be_narrowed(
    store: Path, orderhealth: Call, option: str, value: str, where: str
) -> None:
    answer = orderhealth(
        "findings", "--store", store, "--locale", "en", "--open", option, value, "--out", "some.csv"
    )
    assert answer.code == 0
    expected = open_findings(store, where)
    assert listed(rows_of(Path("some.csv"))) == expected
    assert expected


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--rule", "low_prise", "low_price"),
        ("--warehouse", "杭州", "杭州仓"),
        ("--shop", "nowhere", "there are: "),
        ("--carrier", "nobody", "there are: "),
        ("--owner", "仓库", "仓库主管"),
        ("--out", "list.pdf", ".xlsx"),
    ],
)
def test_a_slip_is_no_empty_list(store: Path, orderhealth: Call, option: str, value: str, said: str) -> None:
    answer = orderhealth("findings", "--store", store, option, value)
    assert (answer.code, answer.out) == (2, "")
    assert option in answer.err
    assert said in answer.err


def test_without_a_file_the_terminal_shows_them(store: Path, orderhealth: Call) -> None:
    answer = orderhealth("findings", "--store", store, "--rule", "low_price", "--open")
    assert answer.code == 0
    for order_id, _ in open_findings(store, "rule_id = 'low_price'"):
        assert order_id in answer.out


def test_without_a_run_there_is_nothing_to_list(tmp_path: Path, orderhealth: Call) -> None:
    answer = orderhealth("findings", "--store", tmp_path / "none.duckdb")
    assert answer.code == 4
    assert "orderhealth run" in answer.err


def test_no_cell_is_a_formula_and_no_person_is_named(tmp_path: Path, orderhealth: Call) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    person = "王小二,123,浙江省,杭州市,西湖区,文三路"
    (feeds / "storefront_orders.csv").write_text(
        "order_id,shop,buyer_id,placed_at,status,amount,receiver,phone,province,city,district,street\n"
        f'=1+1,"{NASTY}",B1,2026-11-10 10:00,paid,5,{person}\n'
        f"@SUM(A1),小店 13812345678,B2,2026-11-10 10:00,paid,5,{person}\n"
        f"-2,+1,B3,2026-11-10 10:00,paid,5,{person}\n",
        encoding="utf-8",
    )
    assert orderhealth("run", "--feeds", feeds, "--store", "s.duckdb", "--as-of", AS_OF).code == 0
    for name in ("list.csv", "list.xlsx"):
        assert orderhealth("findings", "--store", "s.duckdb", "--out", name).code == 0
    book = openpyxl.load_workbook("list.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None]
    cells += [cell for row in rows_of(Path("list.csv")) for cell in row.values()]
    assert any("=1+1" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert not [cell for cell in cells if "13812345678" in cell or "王小二" in cell]
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_the_report_links_to_the_list_beside_it(store: Path, orderhealth: Call) -> None:
    assert orderhealth("report", "--store", store, "--out", "r").code == 0
    (beside,) = Path("r").glob("*.xlsx")
    page = Path("r/risk-report.html").read_text(encoding="utf-8")
    assert f'href="{beside.name}"' in page
    book = openpyxl.load_workbook(beside)
    assert sum(sheet.max_row - 1 for sheet in book) == len(open_findings(store))
