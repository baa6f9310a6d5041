"""Whom customer service is to call: within calling hours, a line a customer, numbers masked."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from orderhealth_pipeline.pipeline.actions.deliver import deliver_actions
from orderhealth_pipeline.pipeline.deliver import deliver_alerts
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import evaluate_only, ingest_only
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.settings import Settings
from tests.integration.chain.chain import rows_of

EVENING = datetime(2026, 11, 10, 20, 59, tzinfo=UTC) - timedelta(hours=8)
HOUR = timedelta(hours=1)
ORDERS = "order_id,shop,buyer_id,placed_at,status,amount,province,street,phone,receiver"
LINES = "order_id,line_no,sku,quantity,unit_price"


class Service:
    """A shop whose order service hears of calls on a channel, and finds the numbers in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        rules = shutil.copytree(expectations_folder(), folder / "expectations")
        text = (rules / "owners.yml").read_text(encoding="utf-8")
        asks = "    asks: [calls]\n"
        assert asks in text
        (rules / "owners.yml").write_text(
            text.replace(asks, f"{asks}    channels: [service]\n"), encoding="utf-8"
        )
        (folder / "feeds").mkdir()
        self.settings = Settings.model_validate(
            {
                "store": folder / "s.duckdb",
                "feeds": folder / "feeds",
                "expectations": rules,
                "locale": "en",
                "channels": [{"type": "file", "name": "service", "url": str(folder / "told.jsonl")}],
                "sinks": {"calls": {"type": "file", "path": folder / "calls.xlsx"}},
                "actions": {"live": True, "call_customer": {"sink": "calls", "approval": False}},
            }
        )

    def twice(self, buyer: str, phone: str, *orders: str) -> None:
        """Let a buyer place the same order again and again within minutes."""
        for feed, header, row in (
            (
                "storefront_orders",
                ORDERS,
                "{0},T,{1},2026-11-10 18:00:00,paid,99,浙江省,西湖街1号,{2},张三丰",
            ),
            ("storefront_order_lines", LINES, "{0},1,SKU,1,99"),
        ):
            rows = [row.format(order, buyer, phone) for order in orders]
            path = self.folder / "feeds" / f"{feed}_{buyer}.csv"
            path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")

    def told(self, at: datetime) -> list[dict[str, Any]]:
        """Evaluate at an instant and send; return the lists of calls that were sent so far."""
        plan = plan_run(self.settings)
        ingest_only(plan, at, list(plan.contracts))
        evaluate_only(plan, at, StageTimes(lambda: 0.0))
        deliver_alerts(plan, clock=lambda: at, sleep=lambda _: None)
        deliver_actions(plan, clock=lambda: at, sleep=lambda _: None)
        file = self.folder / "told.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [each for each in map(json.loads, lines) if "calls" in each]


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


def test_the_list_comes_within_calling_hours_a_line_a_customer(service: Service) -> None:
    service.twice("ann", "13812345678", "A1", "A2", "A3")
    service.twice("bob", "+86 139-1234-0000", "B1", "B2")
    (first,) = service.told(EVENING)
    text = json.dumps(first, ensure_ascii=False)
    assert first["calls"]["customers"] == len(first["calls"]["lines"]) == 2
    assert "138****5678" in text
    stored = str(rows_of(service.folder / "s.duckdb", "select payload from alerts"))
    for whole in ("13812345678", "张三丰", "1234-0000"):
        assert whole not in text + stored
    sheet = openpyxl.load_workbook(service.folder / "calls.xlsx").worksheets[0]
    table: list[tuple[Any, ...]] = [*sheet.iter_rows(values_only=True)]
    listed = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    assert sorted(row["phone"] for row in listed) == ["'+86 139-1234-0000", "13812345678"]
    (ann,) = (row for row in listed if row["phone"] == "13812345678")
    assert len(str(ann["order_id"]).split(", ")) > 1

    # Nobody is called at night. Who was called, by one receipt, is in no list any more; who came then is.
    service.twice("cho", "13612345678", "C1", "C2")
    assert len(service.told(EVENING + 2 * HOUR)) == 1
    with (service.folder / "calls.receipts.csv").open("a", encoding="utf-8") as receipts:
        receipts.write(f"{ann['idempotency_key']},done,li,\n")
    (_, morning) = service.told(EVENING + 12 * HOUR + timedelta(minutes=2))
    assert morning["calls"]["customers"] == 2
    assert "138****5678" not in json.dumps(morning)
    query = "select state from actions where order_id like 'A%' and type = 'call_customer'"
    states = rows_of(service.folder / "s.duckdb", query)
    assert {state for (state,) in states} == {"confirmed"}
