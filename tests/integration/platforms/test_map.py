"""Given one export that nobody declared, `orderhealth map` writes an adapter, and a run reads the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner

from orderhealth_pipeline.cli import calls
from orderhealth_pipeline.commands.terminal.printing import PlainConsole
from orderhealth_pipeline.errors import OrderHealthError

SAMPLES = Path(__file__).parents[2] / "data" / "platforms"
EXPORT = """某旗舰店 订单导出,,,,,,,,
导出时间：2026-11-12 09:00,,,,,,,,
订单号,下单日期,付款时间,订单状态,实付金额（元）,收货人,联系电话,商品编码,数量
="35150000000000101",11/11/2026 09:05,11/11/2026 09:06,已发货,"¥1,280.00",张三,'13812345678,SKU-A,2
="35150000000000102",13/11/2026 10:05,-,待付款,¥39.90,李四,'13912345678,SKU-B,1
="35150000000000103",13/11/2026 11:05,13/11/2026 11:06,挂单中,¥1.2万,王五,'13712345678,SKU-C,1
="35150000000000104",14/11/2026,,已发货,免费,赵六,'13612345678,SKU-C,1
合计,,,,"¥13,319.90",,,,5
"""


def called(*arguments: str) -> str:
    answer = CliRunner().invoke(calls, arguments, obj=PlainConsole(stderr=True, locale="en"))
    if isinstance(answer.exception, OrderHealthError):
        raise answer.exception
    assert answer.exit_code == 0, answer.output
    return answer.output


def run(adapter: Path, feeds: Path, home: Path) -> dict[str, object]:
    files = ["--adapter", str(adapter), "--feeds", str(feeds), "--store", str(home / "s.duckdb")]
    call = ["run", *files, "--as-of", "2026-11-15T00:00:00+08:00", "--json"]
    answer = CliRunner().invoke(calls, call, obj=PlainConsole(stderr=True, locale="en"))
    return json.loads(answer.stdout)  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_messy_export_is_mapped_shown_and_run(tmp_path: Path) -> None:
    feeds = tmp_path / "exports"
    feeds.mkdir()
    (feeds / "订单导出.csv").write_bytes(EXPORT.encode("gb18030"))
    printed = called("map", str(feeds / "订单导出.csv"), "--yes", "--out", "mine")
    assert "The header is line 3" in printed
    assert "1280.0000" in printed
    assert "12000.0000" in printed
    assert "'挂单中'" in printed
    assert "rows would be refused" in printed
    assert sorted(file.name for file in Path("mine").iterdir()) == [
        "adapter.yml",
        "payments.sql",
        "storefront_order_lines.sql",
        "storefront_orders.sql",
    ]
    # A file with the same columns needs no second look, whatever it is called.
    (feeds / "订单导出.csv").rename(feeds / "十一月.csv")
    result = run(tmp_path / "mine", feeds, tmp_path)
    assert result["active_orders"] == 3
    assert result["unread"] == []


def run_by_itself(*options: str) -> dict[str, object]:
    call = ["run", *options, "--as-of", "2026-11-15T00:00:00+08:00", "--json"]
    answer = CliRunner().invoke(calls, call, obj=PlainConsole(stderr=True, locale="en"))
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)  # type: ignore[no-any-return]


def test_later_runs_find_the_adapter_by_themselves(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "订单导出.csv").write_bytes(EXPORT.encode("gb18030"))
    printed = called("map", str(exports / "订单导出.csv"), "--yes")
    assert "Runs find it by themselves" in printed
    result = run_by_itself("--feeds", str(exports), "--store", "asked.duckdb")
    assert (result["active_orders"], result["unread"]) == (3, [])

    # With a configuration it reads what comes in among the feeds, and leaves the feeds themselves alone.
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (tmp_path / "orderhealth.yml").write_text("locale: en\n", encoding="utf-8")
    header = "order_id,placed_at,status,amount"
    (feeds / "storefront_orders.csv").write_text(
        f"{header}\nA1,2026-11-13 10:05:00,paid,5\n", encoding="utf-8"
    )
    (feeds / "another name.csv").write_bytes(EXPORT.encode("gb18030"))
    (feeds / "more.csv").write_text(f"{header}\nA2,2026-11-13 10:05:00,paid,5\n", encoding="utf-8")
    more = tmp_path / "adapters" / "more"
    more.mkdir()
    (more / "adapter.yml").write_text(
        "{name: more, timezone: Asia/Shanghai, currency: CNY, description: more, "
        "sources: [{name: rows, columns: [order_id, placed_at, status, amount]}]}",
        encoding="utf-8",
    )
    (more / "storefront_orders.sql").write_text("select * from rows", encoding="utf-8")
    result = run_by_itself()
    assert (result["active_orders"], result["unread"], result["replaced"]) == (5, [], {})
    (feeds / "another name.csv").unlink()
    (feeds / "more.csv").unlink()
    assert run_by_itself()["active_orders"] == 5


def test_an_adapter_that_is_wrong_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "adapters" / "mine").mkdir(parents=True)
    (tmp_path / "adapters" / "mine" / "adapter.yml").write_text("name: mine\n", encoding="utf-8")
    with pytest.raises(OrderHealthError, match=r"adapters/mine/adapter\.yml"):
        called("run", "--feeds", "feeds", "--store", "s.duckdb")


def test_a_spreadsheet_with_merged_cells_and_other_sheets_is_mapped(tmp_path: Path) -> None:
    feeds = tmp_path / "exports"
    feeds.mkdir()
    with xlsxwriter.Workbook(str(feeds / "月报.xlsx")) as book:
        book.add_worksheet("说明").write(0, 0, "这是说明")
        sheet = book.add_worksheet("订单")
        sheet.merge_range("A1:H1", "2026年11月订单明细")
        rows = [
            ("订单编号", "店铺", "下单时间", "状态", "订单金额", "商品名称", "数量", "单价"),
            ("A1", "一店", "2026-11-11 09:00:00", "已发货", 100, "红T", 1, 60),
            (None, None, None, None, None, "蓝T", 1, 40),
            ("A2", "二店", "2026-11-11 10:00:00", "待发货", 50, "红T", 1, 50),
            ("总计", None, None, None, 150, None, None, None),
        ]
        for place, row in enumerate(rows, 2):
            sheet.write_row(place, 0, row)
    called("map", str(feeds / "月报.xlsx"), "--yes", "--out", "mine")
    assert run(tmp_path / "mine", feeds, tmp_path)["active_orders"] == 2


def test_a_platforms_export_is_recognised_under_any_name(tmp_path: Path) -> None:
    file = tmp_path / "下载 (3).csv"
    file.write_bytes((SAMPLES / "taobao_synthetic" / "ExportOrderList202611151200.csv").read_bytes())
    printed = called("map", str(file))
    assert "the preset 'taobao' reads it" in printed
    assert "run --adapter taobao" in printed


def test_dates_that_can_be_misread_are_refused_without_a_word_on_them(tmp_path: Path) -> None:
    file = tmp_path / "amb.csv"
    file.write_text("order id,order date,status,amount\nA1,03/04/2026,paid,10\n", encoding="utf-8")
    with pytest.raises(OrderHealthError, match="--day-first or --month-first"):
        called("map", str(file), "--yes")
    assert not Path("adapters").exists()
    called("map", str(file), "--yes", "--day-first")
    assert "%d/%m/%Y" in Path("adapters/amb/adapter.yml").read_text(encoding="utf-8")


def test_a_run_names_the_file_that_nobody_reads_and_points_to_map(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "十一月.csv").write_text("订单号,金额\nA1,1\n", encoding="utf-8")
    with pytest.raises(OrderHealthError, match=r"十一月\.csv: orderhealth map FILE"):
        called("run", "--feeds", "feeds", "--store", "s.duckdb")


def test_names_of_columns_may_be_written_on_two_lines(tmp_path: Path) -> None:
    text = (
        '订单导出\n"订单\n编号","买家\n会员名",下单时间,订单状态,金额,买家留言\n'
        'A1,n1,2026-11-11 09:00,已发货,10,"两行\n留言"\nA2,n2,2026-11-11 09:00,已发货,10,\n'
    )
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    printed = called("map", "orders.csv", "--yes", "--out", "mine")
    assert "The header is line 2" in printed
    assert "storefront_orders: 2 rows" in printed
    assert "would be refused" not in printed
    assert "订单编号" in Path("mine/adapter.yml").read_text(encoding="utf-8")
