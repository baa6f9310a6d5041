"""Given receipts of people and robots, refusals are known, and the report says who waits."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.pipeline.written.write_report import read_report
from orderhealth_pipeline.report.render.markdown import render_markdown
from tests.integration.actions.shop import HOUR, Shop, T
from tests.integration.chain.chain import rows_of


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(
        tmp_path,
        sinks={"list": {"type": "file", "path": tmp_path / "todo.xlsx"}},
        actions={
            "live": True,
            "request_address": {"sink": "list", "approval": False},
            "hold_shipment": {"sink": "list"},
        },
    )


def test_a_receipt_refuses_an_action_and_takes_it_from_the_list(shop: Shop) -> None:
    shop.place("A", "B")
    shop.run()
    assert {outcome.state for outcome in shop.deliver()} == {"sent"}
    key = "request_address/incomplete_address/1/A"
    with (shop.folder / "todo.receipts.csv").open("a", encoding="utf-8") as receipts:
        receipts.write(f"{key},failed,li,no answer\n")
    shop.run(T + HOUR)
    assert shop.rows("request_address") == [("A", "rejected"), ("B", "sent")]
    query = "select last_error from actions where type = 'request_address' and order_id = 'A'"
    assert rows_of(shop.store, query) == [("li: no answer",)]
    shop.place("C", at=T + HOUR)
    shop.run(T + 2 * HOUR)
    shop.deliver()
    sheet = openpyxl.load_workbook(shop.folder / "todo.xlsx").worksheets[0]
    orders = {row[3] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert orders == {"B", "C"}
    assert shop.rows("request_address")[-1] == ("C", "sent")


def test_receipts_that_cannot_be_read_end_the_run_and_name_the_file(shop: Shop) -> None:
    shop.place("A")
    shop.run()
    shop.deliver()
    receipts = shop.folder / "todo.receipts.csv"
    receipts.unlink()
    receipts.mkdir()
    with pytest.raises(UnusableInputError, match=r"todo\.receipts\.csv"):
        shop.run(T + HOUR)


def test_the_report_says_how_many_actions_wait_for_a_person(shop: Shop) -> None:
    shop.place("A", "B")
    shop.run()
    text = render_markdown(read_report(shop.plan()))
    assert "Approve or reject the 2 actions that wait" in text
    assert "hold shipment 2" in text
