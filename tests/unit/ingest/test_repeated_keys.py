"""Given an object that names a key twice with different values, neither is chosen: the row is rejected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orderhealth_pipeline.ingest.rejection_kinds import rejection_kinds
from orderhealth_pipeline.store.file.connection import open_store
from tests.ingest_files import FeedFolder
from tests.unit.ingest.test_adapter_goes_on import Shop

GOOD = '{"payment_id":"P0","order_id":"O1","amount":1,"status":"succeeded"}'


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('{"payment_id":"P1","order_id":"O1","amount":1,"amount":2,"status":"succeeded"}', "amount"),
        ('{"payment_id":"P1","order_id":"O1","amount":1,"status":"pending","status":"succeeded"}', "status"),
        ('{"payment_id":"P1","payment_id":"P2","order_id":"O1","amount":1,"status":"failed"}', "payment_id"),
        ('{"payment_id":"P1","order_id":"O1","amount":1,"Amount":2,"status":"failed"}', "amount"),
        ('{"payment_id":"P1","order_id":"O1","amount":1,"am\\u006funt":2,"status":"failed"}', "amount"),
        ('{"payment_id":"P1","order_id":"O1","amount":null,"amount":2,"status":"failed"}', "amount"),
    ],
)
def test_a_line_that_names_a_column_twice_is_rejected(feeds: FeedFolder, line: str, column: str) -> None:
    feeds.put("payments.jsonl", f"{GOOD}\n\n{line}\n{GOOD.replace('P0', 'P9')}\n")
    (loaded,) = feeds.load()
    assert (loaded.rows, loaded.new_rows, loaded.rejected_rows) == (3, 2, 1)
    assert feeds.rows("payment_id") == [("P0",), ("P9",)]
    assert feeds.rejected("line, kind, column_name, reason") == [
        (3, "repeated_key", column, f"{column}: the object names it twice, with different values")
    ]
    assert feeds.query("select row::varchar from rejected_rows") == [(line,)]


@pytest.mark.parametrize(
    "line",
    [
        '{"payment_id":"P1","order_id":"O1","amount":1,"amount":1,"status":"succeeded"}',
        '{"payment_id":"P1","order_id":"O1","amount":1,"AMOUNT":null,"status":"succeeded"}',
        '{"payment_id":"P1","order_id":"O1","amount":1,"status":"succeeded","note":1,"note":2}',
    ],
)
def test_a_line_of_which_nothing_is_lost_is_read(feeds: FeedFolder, line: str) -> None:
    feeds.put("payments.jsonl", f"{GOOD}\n{line}\n")
    feeds.load()
    assert feeds.rows("payment_id, amount") == [("P0", 1), ("P1", 1)]


def test_both_languages_name_the_kind() -> None:
    title = rejection_kinds()["repeated_key"].title
    assert (title.zh, title.en) == (
        "同一个键写了两次且值不同",
        "an object names a key twice, with different values",
    )


def order(number: int, *more: str) -> str:
    fields = {
        "o_id": number,
        "so_id": f"T{number}",
        "status": "WaitConfirm",
        "created": "2026-11-10 08:00:00",
        "modified": "2026-11-10 08:00:00",
    }
    return "{" + ",".join([*(f"{json.dumps(key)}:{json.dumps(fields[key])}" for key in fields), *more]) + "}"


def landed(home: Path, *answers: str) -> Any:
    shop = Shop(home)
    (shop.folder / "orders_20261110T000000000000Z_erp.jsonl").write_text("\n".join(answers), encoding="utf-8")
    shop.load()
    with open_store(shop.store) as con:
        rows = con.execute("select erp_id from feeds.erp_orders order by all").fetchall()
        rejected = con.execute("select line, kind, column_name from rejected_rows order by all").fetchall()
    return rows, rejected


@pytest.mark.parametrize(
    ("more", "key"),
    [('"status":"Sent"', "status"), ('"items":[{"sku_id":"A","sku_id":"B"}]', "items")],
)
def test_a_record_of_an_answer_is_rejected_alone(tmp_path: Path, more: str, key: str) -> None:
    answer = f'{{"data":{{"orders":[{order(1)},{order(2, more)},{order(3)}]}}}}'
    rows, rejected = landed(tmp_path, answer, f'{{"data":{{"orders":[{order(4)}]}}}}')
    assert rows == [("1",), ("3",), ("4",)]
    assert rejected == [(1, "repeated_key", key)]


def test_an_answer_that_names_its_list_twice_is_rejected_whole(tmp_path: Path) -> None:
    answer = f'{{"data":{{"orders":[{order(1)}],"orders":[{order(2)}]}}}}'
    rows, rejected = landed(tmp_path, answer, f'{{"data":{{"orders":[{order(4)}]}}}}')
    assert rows == [("4",)]
    assert rejected == [(1, "repeated_key", "data.orders")]
