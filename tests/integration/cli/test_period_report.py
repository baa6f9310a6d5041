"""`orderhealth report --daily` and `--weekly`: what they say, in every form, and to whom."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from pypdf import PdfReader

from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.publish.snapshot import publish_snapshot
from tests.integration.cli.conftest import Call

LINK: Final = "https://example.com/店铺"
PHONE: Final = "13912345678"
SHOP: Final = "天猫旗舰店"
ALL: Final = ("html", "xlsx", "pdf")
TITLES: Final = (
    "三件要做的事",
    "哪里出了问题",
    "超时的事件",
    "响应时间",
    "订单卡在哪里",
    "涉及金额与罚款",
    "误报多的规则",
)


@pytest.fixture
def shop_with_history(store: Path, tmp_path: Path) -> Path:
    """The store of a promotion's eve, with a last week, an earlier promotion, and a hostile shop's name."""
    copy = tmp_path / "orderhealth.duckdb"
    shutil.copy(store, copy)
    with open_store(copy) as con:
        con.execute(
            "insert into health_score values "
            "('2026-06-18 10:00:00+08', 80, 1, 9000, 'promotion'), "
            "('2026-06-18 22:00:00+08', 90, 1, 9000, 'promotion'), "
            "('2026-06-19 10:00:00+08', 97, 1, 900, 'everyday'), "
            "('2026-11-03 19:55:00+08', 95.5, 1, 900, 'everyday')"
        )
        con.execute(f"update working.orders set shop = '<img src=\"{LINK}\"> {PHONE}' where shop = '{SHOP}'")
        publish_snapshot(con, copy)
    (tmp_path / "orderhealth.yml").write_text(
        "channels: [{type: file, url: office.jsonl}]\nreport: {url: 'https://reports.example.com'}\n", "utf-8"
    )
    return tmp_path


def test_a_daily_report_is_written_in_every_form_and_told(shop_with_history: Path, orderhealth: Call) -> None:
    answer = orderhealth(
        "report", "--daily", "--deliver", "--form", "html", "--form", "xlsx", "--form", "pdf"
    )
    assert answer.code == 0, answer.err
    folder = shop_with_history / "reports" / "daily"
    page = (folder / "daily-20261110-2000.html").read_text("utf-8")
    assert "上周同一时刻 95.50 分" in page
    assert "上次大促（promotion，06-18 10:00 至 06-18 22:00）：最低 80.00 分，中位 85.00 分" in page
    for title in (
        "三件要做的事",
        "哪里出了问题",
        "超时的事件",
        "响应时间",
        "订单卡在哪里",
        "涉及金额与罚款",
        "误报多的规则",
    ):
        assert title in page
    assert "没有写下任何平台的罚则" in page
    assert "<img" not in page
    assert PHONE not in page
    assert "139****5678" in page

    pdf = PdfReader(folder / "daily-20261110-2000.pdf")
    text = "".join(each.extract_text() for each in pdf.pages)
    assert "三件要做的事" in text
    assert "139****5678" in text
    fonts = {
        font.get_object()["/BaseFont"]
        for each in pdf.pages
        for font in each["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert any("Noto-Sans-CJK-SC" in font for font in fonts)

    told = [json.loads(line) for line in (shop_with_history / "office.jsonl").read_text("utf-8").splitlines()]
    (message,) = [each for each in told if each["kind"] == "report"]
    assert message["link"] == "https://reports.example.com/daily/daily-20261110-2000.html"
    assert message["report"]["files"] == [
        f"daily/daily-20261110-2000.{form}" for form in ("html", "xlsx", "pdf")
    ]
    assert len(message["report"]["things"]) == 3

    orderhealth("report", "--daily", "--deliver")
    again = (shop_with_history / "office.jsonl").read_text("utf-8")
    assert again.count('"kind":"report"') + again.count('"kind": "report"') == 1


def test_the_spreadsheet_has_three_sheets_with_filters_and_no_formula(
    shop_with_history: Path, orderhealth: Call
) -> None:
    assert orderhealth("report", "--weekly", "--form", "xlsx", "--locale", "en").code == 0
    file = shop_with_history / "reports" / "weekly" / "weekly-20261110-2000.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    assert book.sheetnames == ["Open cases", "Response times", "Findings"]
    cells = []
    for sheet in book.worksheets:
        assert sheet.auto_filter.ref is not None
        assert sheet.freeze_panes is not None
        assert sheet.max_row > 1
        cells += [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    assert not any(PHONE in str(cell.value) for cell in cells)


def test_terms_and_charges_are_said(shop_with_history: Path, orderhealth: Call) -> None:
    rules = shop_with_history / "expectations"
    assert orderhealth("init", shop_with_history / "new", "--tier", "mature").code == 0
    shutil.copytree(shop_with_history / "new" / "expectations", rules)
    (rules / "penalties.yml").write_text(
        "platforms:\n  jd:\n    title: {zh: 京东, en: JD}\n    shops: [京东自营店]\n"
        "    rules: {duplicate_order: {fixed: 5, source: our contract}}\n",
        "utf-8",
    )
    (shop_with_history / "bill.csv").write_text(
        "order_id,charged_at,amount,currency\nnobody,2026-11-10 12:00,7.5,CNY\nearlier,2026-11-01,9,CNY\n",
        "utf-8",
    )
    (shop_with_history / "orderhealth.yml").write_text(
        "expectations: expectations\nreport: {penalties: bill.csv}\n", "utf-8"
    )
    answer = orderhealth("report", "--daily", "--form", "html")
    assert answer.code == 0, answer.err
    page = Path(answer.out.strip()).read_text("utf-8")
    assert "已发生：1 笔共 ¥7.50，没有发现。" in page
    assert "可能被罚 ¥" in page

    (rules / "penalties.yml").write_text("platforms: {jd: {}}\n", "utf-8")
    wrong = orderhealth("report", "--daily")
    assert wrong.code == 2
    assert "penalties.yml:1" in wrong.err
    assert orderhealth("rules", "check", "--expectations", rules).code == 2


@pytest.mark.parametrize(
    ("broken", "way_out"),
    [
        ("raise OSError('cannot load library pango')", "apt-get install libpango"),
        ("raise ImportError", "[pdf]"),
    ],
)
def test_without_what_draws_pdfs_the_others_are_written_and_the_way_out_is_said(
    broken: str,
    way_out: str,
    shop_with_history: Path,
    orderhealth: Call,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (shop_with_history / "broken").mkdir()
    (shop_with_history / "broken" / "weasyprint.py").write_text(broken, "utf-8")
    monkeypatch.syspath_prepend(shop_with_history / "broken")
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    answer = orderhealth("report", "--daily", "--deliver", "--form", "pdf", "--form", "html")
    assert answer.code == 2
    assert way_out in answer.err
    assert (shop_with_history / "reports" / "daily" / "daily-20261110-2000.html").is_file()
    assert "report" in (shop_with_history / "office.jsonl").read_text("utf-8")


def test_what_a_report_is_asked_for_in_vain_is_told(shop_with_history: Path, orderhealth: Call) -> None:
    assert orderhealth("report", "--form", "pdf").code == 2
    assert orderhealth("report", "--daily", "--as-of", "2020-01-01").code == 4
    (shop_with_history / "orderhealth.yml").write_text("report: {daily: {to: [nobody]}}\n", "utf-8")
    answer = orderhealth("report", "--daily")
    assert answer.code == 2
    assert "orderhealth.yml:1" in answer.err
    assert "nobody" in answer.err
