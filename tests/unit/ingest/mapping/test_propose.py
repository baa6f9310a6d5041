"""Given a table that nobody declared, the proposal is right, or says its doubts, or is refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from orderhealth_pipeline.ingest.adapters.heads import Head
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.mapping.looks import judge_amounts, judge_dates
from orderhealth_pipeline.ingest.mapping.proposal import NOTHING_SAID, Proposal, Said
from orderhealth_pipeline.ingest.mapping.propose import propose
from orderhealth_pipeline.ingest.mapping.table import table_in

CONTRACTS = feed_contracts()


def proposed(*rows: Sequence[str], said: Said = NOTHING_SAID) -> Proposal:
    table = table_in(Head(tuple(map(tuple, rows))))
    assert table is not None
    return propose(table, CONTRACTS, said=said)


def columns(proposal: Proposal, feed: str) -> dict[str, str | None]:
    (found,) = [each for each in proposal.feeds if each.feed == feed]
    return {name: choice.column for name, choice in found.choices.items()}


def test_the_header_is_found_below_titles_and_the_rows_end_before_totals() -> None:
    table = table_in(
        Head(
            (
                ("某店 订单导出", "", ""),
                ("导出时间：2026-11-12", "", ""),
                ("", "", ""),
                ("订单号", "下单时间", "金额"),
                ('="351500000000101"', "2026-11-11 09:00", "10"),
                ("合计", "", "10"),
            )
        )
    )
    assert table is not None
    assert (table.header_row, table.ends_before) == (3, "合计")
    assert table.rows == (("351500000000101", "2026-11-11 09:00", "10"),)


def test_names_in_two_languages_are_told_by_name_and_by_value() -> None:
    proposal = proposed(
        ("Order Number", "Created", "State", "Total"),
        ("A1", "2026-11-11T10:00:00Z", "Shipped", "10.00"),
        ("A2", "2026-11-11T10:00:00Z", "Processing", "11.00"),
    )
    assert columns(proposal, "storefront_orders") == {
        "order_id": "Order Number",
        "placed_at": "Created",
        "status": "State",
        "amount": "Total",
    }
    assert proposal.feeds[0].words["status"] == {"Shipped": "shipped", "Processing": "to_ship"}


def test_a_status_that_nobody_knows_stays_unknown_and_is_said() -> None:
    proposal = proposed(("订单号", "下单时间", "订单状态", "金额"), ("A1", "2026-11-11", "挂单中", "1"))
    assert proposal.feeds[0].unknown_words == {"status": ("挂单中",)}
    assert any("'挂单中'" in doubt for doubt in proposal.doubts)


def test_rows_that_are_lines_are_grouped_and_merged_cells_filled() -> None:
    proposal = proposed(
        ("订单编号", "下单时间", "状态", "订单金额", "商品编码", "数量", "单价"),
        ("A1", "2026-11-11 09:00", "已发货", "100", "S1", "1", "60"),
        ("", "", "", "", "S2", "1", "40"),
        ("A2", "2026-11-11 10:00", "待发货", "50", "S1", "1", "50"),
    )
    assert proposal.table.fill_down == ("订单编号", "下单时间", "状态", "订单金额")
    assert [(feed.feed, feed.is_grouped) for feed in proposal.feeds] == [
        ("storefront_orders", True),
        ("storefront_order_lines", False),
    ]


def test_a_table_of_a_warehouse_is_no_storefronts() -> None:
    proposal = proposed(
        ("出库单号", "平台单号", "仓库", "打印时间", "出库时间", "快递单号", "状态"),
        ("CK1", "A1", "杭州仓", "2026-11-11 10:00", "2026-11-11 12:00", "YT1", "已出库"),
    )
    assert [feed.feed for feed in proposal.feeds] == ["wms_shipments"]


def test_what_nothing_can_be_made_of_is_refused_with_what_lacks() -> None:
    proposal = proposed(("a", "b"), ("x", "y"))
    assert proposal.feeds == ()
    assert "order_id" in proposal.problems[0]


def test_without_a_status_and_a_payment_time_nothing_is_guessed() -> None:
    assert proposed(("订单号", "下单时间", "金额"), ("A1", "2026-11-11", "1")).feeds == ()


@pytest.mark.parametrize(
    ("values", "dates"),
    [
        (["2026/11/1 9:05", "20261111"], None),
        (["13/11/2026 10:05", "01/02/2026 10:05"], ("%d/%m/%Y %H:%M",)),
        (["11/13/2026", "01/02/2026"], ("%m/%d/%Y",)),
        (["1794326698"], ("seconds",)),
        (["46337.5"], ("spreadsheet",)),
    ],
)
def test_one_rule_decides_how_dates_are_written(values: list[str], dates: tuple[str, ...] | None) -> None:
    look = judge_dates(values).look
    assert (look.dates if look else None) == dates


def test_dates_that_can_be_misread_are_refused_until_somebody_says_how() -> None:
    values = ["03/04/2026", "05/06/2026"]
    assert judge_dates(values).is_ambiguous
    assert judge_dates(["13/04/2026", "04/13/2026"]).is_ambiguous
    assert not judge_dates(values, "day_first").is_ambiguous


@pytest.mark.parametrize(
    ("values", "written"),
    [(["1", "2.50"], None), (["¥1,280.00", "¥3"], "1,234.56"), (["1.234,50 €", "12,50 €"], "1.234,56")],
)
def test_one_rule_decides_how_amounts_are_written(values: list[str], written: str | None) -> None:
    look = judge_amounts(values).look
    assert (look.amounts if look else None) == written


def test_amounts_that_can_be_misread_are_refused() -> None:
    assert judge_amounts(["12,50", "12.50"]).is_ambiguous


def test_totals_between_rows_end_no_table() -> None:
    header = ("订单号", "下单时间", "金额")
    rows = [(f"A{number}", "2026-11-11 09:00", "10") for number in range(4)]
    table = table_in(
        Head(
            (
                header,
                *rows[:2],
                ("小计：2 单", "", "20"),
                *rows[2:],
                ("合计", "", "40"),
                ("制单人：李四", "", ""),
            )
        )
    )
    assert table is not None
    assert list(table.rows) == rows
    assert table.ends_before == ("小计", "合计")


def test_a_shop_may_be_called_total_something() -> None:
    rows = [("Total Sport", "A1", "2026-11-11 09:00", "10"), ("Summit", "A2", "2026-11-11 09:00", "10")]
    table = table_in(
        Head((("shop", "order id", "created", "total"), ("Else", "A0", "2026-11-11", "1"), *rows))
    )
    assert table is not None
    assert len(table.rows) == 3


ORDERS = ("订单号", "下单时间", "订单状态", "金额", "收货人", "手机", "买家昵称")


def row(number: int, **other: str) -> tuple[str, ...]:
    values = (f"A{number}", "2026-11-11 09:00", "已发货", "10", "张三", "13812345678", f"n{number}")
    return tuple(other.get(name, value) for name, value in zip(ORDERS, values, strict=True))


def test_a_file_of_orders_whose_amounts_nobody_can_read_is_none_of_customers() -> None:
    proposal = proposed(ORDERS, *(row(number, 金额="待定" if number < 3 else "5") for number in range(5)))
    assert proposal.feeds == ()
    assert "'金额' is called like amount of storefront_orders, but 3 of 5 values" in proposal.problems[0]


def test_dates_that_begin_with_the_day_are_read_among_those_that_begin_with_the_year() -> None:
    judged = judge_dates(["2026-11-11 09:05", "13/11/2026 10:05", "2026/11/1"])
    assert judged.look is not None
    assert judged.look.dates == ("%d/%m/%Y %H:%M",)
    assert judged.fits == 1


def test_columns_of_one_name_are_not_read_and_told() -> None:
    proposal = proposed((*ORDERS, "收货人 "), (*row(1), "李四"), (*row(2), "王五"))
    assert "receiver" not in columns(proposal, "storefront_orders")
    assert any("the header has 收货人 more than once" in doubt for doubt in proposal.doubts)


def test_a_file_without_a_header_is_told_so_and_nothing_of_its_rows() -> None:
    (problem,) = proposed(row(1), row(2)).problems
    assert "names" in problem
    assert "张三" not in problem
    assert "A1" not in problem


def test_orders_whose_numbers_a_spreadsheet_cut_off_are_no_lines_of_one_order() -> None:
    proposal = proposed(ORDERS, row(1, 订单号="3.51E+17"), row(2, 订单号="3.51E+17"), row(3))
    assert not proposal.feeds[0].is_grouped


@pytest.mark.parametrize("amount", ["１２．５０", "1.2万", "(12.00)", "（12.00）", "¥1 280.00", "12.5 元"])
def test_amounts_as_people_write_them_are_told(amount: str) -> None:
    judged = judge_amounts([amount, "10"])
    assert judged.look is not None
    assert judged.fits == 1


ODDLY_NAMED = (
    ("单据号", "下单日", "应付", "当前情况"),
    ("A1", "2026-11-11 10:00", "10.00", "待发货"),
    ("A2", "2026-11-11 11:00", "11.00", "已完成"),
)
SAID = {"order_id": "单据号", "placed_at": "下单日", "amount": "应付", "status": "当前情况"}


def test_columns_that_nobody_knows_by_name_are_asked_for_the_likeliest_feed_first() -> None:
    proposal = proposed(*ODDLY_NAMED)
    assert proposal.feeds == ()
    assert set(proposal.lacking["storefront_orders"]) == set(SAID)
    assert "order_id" in proposal.lacking["payments"]


def test_what_a_person_says_of_columns_is_taken() -> None:
    proposal = proposed(*ODDLY_NAMED, said={"storefront_orders": SAID})
    assert proposal.lacking == {}
    assert columns(proposal, "storefront_orders") == SAID
    assert proposal.feeds[0].words["status"] == {"待发货": "to_ship", "已完成": "completed"}


def test_the_feed_of_which_a_person_speaks_is_asked_on() -> None:
    proposal = proposed(*ODDLY_NAMED, said={"payments": {"payment_id": "单据号"}})
    feed, lacking = next(iter(proposal.lacking.items()))
    assert feed == "payments"
    assert "payment_id" not in lacking


def test_a_column_of_another_sheet_is_none_of_this_one() -> None:
    proposal = proposed(*ODDLY_NAMED, said={"storefront_orders": {**SAID, "order_id": "运单号"}})
    assert proposal.lacking["storefront_orders"] == ("order_id",)
