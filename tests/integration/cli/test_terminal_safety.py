"""Texts of the feeds reach a terminal without anything that it obeys, wherever they come out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.integration.cli.conftest import AS_OF, Call

NASTY = "\x1b[31m\x1b]0;owned\x07\u202eevil\u202c\x9b2J\x08"
OBEYED = ("\x1b", "\x07", "\x08", "\x9b", "\u202e", "\u202c")


@pytest.fixture
def nasty_feeds(tmp_path: Path) -> Path:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    with (feeds / "storefront_orders.csv").open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow(["order_id", "shop", "buyer_id", "placed_at", "status", "amount", "street", "phone"])
        for number in range(3):
            place = ["文三路", "123"]
            write.writerow([f"A{number}{NASTY}", NASTY, "B", "2026-11-10 10:00", NASTY, 5, *place])
        write.writerow(["R", NASTY, "B", NASTY, "paid", 5, *place])
    (feeds / f"payments_{NASTY}.csv").write_text("order_id\nA\n", encoding="utf-8")
    return feeds


def test_no_call_prints_what_a_terminal_obeys(nasty_feeds: Path, orderhealth: Call) -> None:
    calls: list[list[str | Path]] = [
        ["run", "--feeds", nasty_feeds, "--as-of", AS_OF],
        ["findings"],
        ["findings", "--shop", NASTY + "x"],
        ["report", "--out", "reports"],
    ]
    for arguments in calls:
        answer = orderhealth(*arguments, "--store", "s.duckdb")
        printed = answer.out + answer.err
        assert printed
        assert [sign for sign in OBEYED if sign in printed] == [], arguments
    page = Path("reports/risk-report.html").read_text(encoding="utf-8")
    assert [sign for sign in OBEYED if sign in page] == []
