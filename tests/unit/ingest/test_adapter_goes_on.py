"""Given files that land one by one, an adapter reads the new ones alone, and ends where all at once do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from orderhealth_pipeline.ingest.adapters.declaration import Adapter, read_adapter
from orderhealth_pipeline.ingest.adapters.load_through_adapter import load_through_adapter
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.sql import run
from orderhealth_pipeline.store.file.connection import open_store, transaction

CONTRACTS: Final = feed_contracts()
WANTED: Final = {"erp_orders": CONTRACTS["erp_orders"]}
AS_OF: Final = datetime(2026, 11, 30, tzinfo=UTC)
GOOD: Final = "2026-11-10 08:00:00"


def order(number: int, modified: str = GOOD, status: str = "WaitConfirm") -> dict[str, Any]:
    return {
        "o_id": number,
        "so_id": f"T{number}",
        "status": status,
        "created": GOOD,
        "modified": modified,
        "items": [],
    }


FILES: Final = [
    [order(1), order(2, "yesterday"), order(3)],
    [order(1, "2026-11-10 09:00:00", "Sent"), order(4)],
    [order(2), order(3), order(5, "soon"), order(6)],
    [order(4, GOOD, "Cancelled"), order(7)],
]
"""A version that follows, one that is repeated, a row that is mended later, and a tie that the later wins."""


class Shop:
    """A landing folder and a store."""

    def __init__(self, home: Path, adapter: str = "jushuitan") -> None:
        self.adapter: Adapter = read_adapter(adapter, CONTRACTS)
        self.folder, self.store = home / "landing", home / "store.duckdb"
        self.folder.mkdir(parents=True)

    def land(self, number: int, orders: list[dict[str, Any]]) -> None:
        answer = json.dumps({"data": {"orders": orders}})
        name = f"orders_20261110T{number:02}0000000000Z_erp.jsonl"
        (self.folder / name).write_text(answer + "\n", encoding="utf-8")

    def load(self) -> LoadedFile:
        zones = dict.fromkeys(WANTED, ZoneInfo("Asia/Shanghai"))
        with open_store(self.store) as con, transaction(con):
            (loaded,) = load_through_adapter(con, self.adapter, self.folder, WANTED, zones=zones, as_of=AS_OF)
        return loaded

    def counts(self) -> list[tuple[Any, ...]]:
        """Of every key the version that counts."""
        query = (
            "select erp_id, order_id, status, updated_at from feeds.erp_orders "
            "qualify row_number() over (partition by erp_id, order_id "
            "order by updated_at desc, seen_load_number desc, source_row desc) = 1 order by all"
        )
        return self._rows(query)

    def rejected(self) -> list[tuple[Any, ...]]:
        return self._rows("select file, line, reason, rows from rejected_rows where is_standing order by all")

    def shares(self) -> list[tuple[Any, ...]]:
        values = {"kinds_of_no_record": [], "at_least": 1, "continues": "continues"}
        with open_store(self.store) as con:
            return run(con, "store/accounts/select_rejected_shares", values)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with open_store(self.store) as con:
            return con.execute(query).fetchall()


def test_file_by_file_ends_where_all_at_once_does(tmp_path: Path) -> None:
    at_once, by_file = Shop(tmp_path / "at_once"), Shop(tmp_path / "by_file")
    read = []
    for number, orders in enumerate(FILES):
        at_once.land(number, orders)
        by_file.land(number, orders)
        read.append(by_file.load().rows)
        assert by_file.load().is_unchanged
    at_once.load()
    assert read == [len(orders) for orders in FILES]
    assert by_file.counts() == at_once.counts()
    assert by_file.rejected() == at_once.rejected()
    assert by_file.shares() == at_once.shares()


def test_a_file_that_lies_between_or_has_changed_lets_all_be_read(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    for number in (0, 2):
        shop.land(number, FILES[number])
        shop.load()
    shop.land(1, FILES[1])
    assert shop.load().rows == sum(len(each) for each in FILES[:3])
    shop.land(0, FILES[0][:2])
    assert shop.load().rows == sum(len(each) for each in FILES[:3]) - 1
    shop.land(3, FILES[3])
    assert shop.load().rows == len(FILES[3])


def test_a_new_file_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.land(0, FILES[0])
    shop.load()
    broken = shop.folder / "orders_20261110T010000000000Z_erp.jsonl"
    broken.write_text(
        '{"data": {"orders": [{"o_id": 9, "so_id": "T9", "status": "Sent"}]}}\n{"data"\n', encoding="utf-8"
    )
    before = shop.rejected()
    shop.load()
    assert set(before) <= set(shop.rejected())
    shop.land(2, FILES[1])
    assert shop.load().rows == len(FILES[1])


def test_one_adapter_leaves_the_rejections_of_another_alone(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.land(0, FILES[0])
    shop.load()
    rejected = shop.rejected()
    assert len(rejected) == 1
    other = Shop(tmp_path / "other", "kuaimai")
    other.store = shop.store
    answer = {
        "list": [
            {
                "sid": 1,
                "tid": "K1",
                "sysStatus": "FINISHED_AUDIT",
                "created": 1794268800000,
                "updTime": 1794268800000,
            }
        ]
    }
    (other.folder / "trades.json").write_text(json.dumps(answer), encoding="utf-8")
    other.load()
    assert shop.rejected() == rejected


@pytest.mark.parametrize(("bad", "share"), [(1, 0.25), (2, 0.5)])
def test_rejected_rows_of_landing_files_count_for_the_share_of_their_feed(
    bad: int, share: float, tmp_path: Path
) -> None:
    shop = Shop(tmp_path)
    shop.land(0, [order(1, "yesterday")])
    shop.load()
    shop.land(
        1, [*(order(number, "soon") for number in range(5, 4 + bad)), *(order(n) for n in range(9, 13 - bad))]
    )
    shop.load()
    assert shop.shares() == [("erp_orders", share)]
