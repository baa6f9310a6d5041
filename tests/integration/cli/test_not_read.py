"""What was not read is what a person sees first, in every form, and no verdict over it is green."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.integration.cli.conftest import AS_OF, Call


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A shop of whose 40 payments 30 have a date that can be misread, beside a file with another name."""
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    orders = [f"O{n},B{n},2026-11-10 10:00,paid,5,CNY,文三路 1 号,13912345670" for n in range(40)]
    heading = "order_id,buyer_id,placed_at,status,amount,currency,street,phone"
    _write(feeds / "storefront_orders.csv", heading, *orders)
    paid = [f"P{n},O{n},{'10/11/2026' if n < 30 else '2026-11-10'} 10:01,5,succeeded" for n in range(40)]
    _write(feeds / "payments.csv", "payment_id,order_id,paid_at,amount,status", *paid)
    _write(feeds / "erp_orders.csv", "erp_id,order_id,synced_at,status", "E1,O1,2026-11-10 10:02,approved")
    _write(feeds / "payment 13912345670.csv", "payment_id,order_id", "1,2")
    _write(
        tmp_path / "orderhealth.yml",
        "score: {threshold: 99.99, recover: 99.995}",
        "channels: [{type: file, url: alerts.jsonl}]",
    )
    return tmp_path


def _write(file: Path, *lines: str) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.usefixtures("project")
def test_every_form_says_first_what_was_not_read(orderhealth: Call) -> None:
    answer = orderhealth("run", "--feeds", "feeds", "--store", "s.duckdb", "--as-of", AS_OF, "--deliver")
    assert answer.code == 0
    told = "支付流水：30 行没有读进来（75.0%）"
    assert told in answer.out
    assert "10/11/2026 10:01" in answer.out
    assert orderhealth("report", "--store", "s.duckdb", "--out", "r").code == 0
    page = Path("r/risk-report.html").read_text(encoding="utf-8")
    assert page.index(told) < page.index('class="hero"')
    assert "10/11/2026 10:01" in page
    assert "payment 139****5670.csv" in page
    assert "13912345670" not in page + answer.out
    assert '<body class="level-healthy">' not in page


def test_a_message_says_what_was_not_read(project: Path, orderhealth: Call) -> None:
    (project / "orderhealth.yml").write_text(
        "feeds:\n  storefront_orders: {path: feeds}\n  erp_orders: {path: feeds}\n"
        "  payments: {path: feeds, rejected_at_most: 0.9}\n"
        "score: {threshold: 99.9, recover: 99.95}\nchannels: [{type: file, url: alerts.jsonl}]\n",
        encoding="utf-8",
    )
    assert orderhealth("run", "--store", "s.duckdb", "--as-of", AS_OF, "--deliver").code == 0
    with duckdb.connect("s.duckdb", read_only=True) as con:
        ((payload,),) = con.sql("select payload from alerts").fetchall()
    message = json.loads(payload)
    assert message["lacking"][0].startswith("支付流水：30 行没有读进来（75.0%）")
    assert "支付流水：30 行没有读进来" in Path("alerts.jsonl").read_text(encoding="utf-8")


def test_files_that_were_not_read_are_told_by_every_later_report(project: Path, orderhealth: Call) -> None:
    (project / "feeds" / "returns.csv").write_text("nonsense\n1\n", encoding="utf-8")
    for _ in range(2):
        assert orderhealth("run", "--feeds", "feeds", "--store", "s.duckdb", "--as-of", AS_OF).code == 0
    assert orderhealth("report", "--store", "s.duckdb", "--out", "r").code == 0
    page = Path("r/risk-report.html").read_text(encoding="utf-8")
    assert "returns.csv 读不出来" in page
    with duckdb.connect("s.published.duckdb", read_only=True) as con:
        files = {file for (file,) in con.sql("select file from unread_files").fetchall()}
    assert "payment 139****5670.csv" in files
