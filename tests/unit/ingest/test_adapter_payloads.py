"""Records of payloads: every one is a row, is rejected, or is of another kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.ingest.test_adapter_files import AdaptedFolder

SELECT = """
    select id as payment_id, order_id, paid_at, amount, status from pays
"""


@pytest.fixture
def shop(tmp_path: Path) -> AdaptedFolder:
    folder = AdaptedFolder(tmp_path)
    folder.select(SELECT)
    return folder


def pay(number: int, **other: object) -> dict[str, object]:
    return {"id": f"P{number}", "order_id": f"A{number}", "amount": "5", "status": "succeeded", **other}


def without(record: dict[str, object], *keys: str) -> dict[str, object]:
    return {name: value for name, value in record.items() if name not in keys}


COLUMNS = "columns: [id, order_id, amount], optional_columns: [paid_at, status]"
PAYS = f"{{name: pays, records: [data.pays, data, .], {COLUMNS}}}"


def test_a_record_that_lacks_a_key_among_others_of_its_list_is_rejected(shop: AdaptedFolder) -> None:
    shop.declare(PAYS)
    records = [pay(1), without(pay(2), "amount"), pay(3, amount=None), pay(4, amount=5)]
    shop.put("answer.json", json.dumps({"data": {"pays": records}}))
    (loaded,) = shop.load()
    assert (loaded.rows, loaded.new_rows, loaded.rejected_rows) == (4, 2, 2)
    assert shop.rows("payment_id") == [("P1",), ("P4",)]
    assert shop.query("select feed, file, kind, reason from rejected_rows order by reason") == [
        ("payments", "answer.json", "missing_value", "amount: required, but empty"),
        (
            "payments",
            "answer.json",
            "missing_value",
            "amount: this record lacks it, and others of its list do not",
        ),
    ]


def test_events_of_other_kinds_are_passed_over(shop: AdaptedFolder) -> None:
    shop.declare(PAYS)
    events = [
        {"data": pay(1)},
        {"data": {"id": "C1", "email": "x"}},
        {"data": {"pays": []}},
        {"data": [{"id": "C2"}]},
    ]
    shop.put("events.jsonl", "".join(json.dumps(each) + "\n" for each in events))
    shop.put("events.json", json.dumps(events))
    (loaded,) = shop.load()
    assert (loaded.rows, loaded.rejected_rows) == (2, 0)


def test_a_record_that_another_source_reads_is_none_that_lacks_a_key(shop: AdaptedFolder) -> None:
    other = "{name: others, records: [data], columns: [id, email]}"
    shop.declare(f"{PAYS}\n  - {other}")
    shop.put("answer.json", json.dumps({"data": [pay(1), {"id": "C1", "email": "x"}, {"id": "C2"}]}))
    shop.load()
    assert shop.rows("payment_id") == [("P1",)]
    assert shop.rejected("reason") == [("order_id: this record lacks it, and others of its list do not",)]


def test_half_an_answer_in_xml_is_told_too(shop: AdaptedFolder) -> None:
    shop.declare(f"{{name: pays, records: [pays.pay], {COLUMNS}}}")
    whole = "<pay><id>P1</id><order_id>A1</order_id><amount>5</amount><status>succeeded</status></pay>"
    shop.put("answer.xml", f"<answer><pays>{whole}<pay><id>P2</id></pay></pays></answer>")
    shop.load()
    assert shop.rows("payment_id") == [("P1",)]
    assert shop.rejected("kind") == [("missing_value",)]


@pytest.mark.parametrize("function", ["from_seconds", "from_milliseconds"])
def test_an_instant_in_another_unit_costs_its_row_alone(function: str, shop: AdaptedFolder) -> None:
    shop.declare(PAYS)
    shop.select(
        f"select id as payment_id, order_id, {function}(paid_at) as paid_at, amount, status from pays"
    )
    good = 1794326698 if function == "from_seconds" else 1794326698000
    other = 1794326698000 if function == "from_seconds" else 1794326698
    instants = [good, other, good * 1_000_000, 9223372036854775807, -1, "soon", None, 0]
    records = [pay(number, paid_at=each) for number, each in enumerate(instants)]
    shop.put("answer.json", json.dumps({"data": records}))
    shop.load()
    assert shop.rows("payment_id, strftime(paid_at, '%Y')") == [("P0", "2026"), ("P6", None), ("P7", None)]
    assert {kind for (kind,) in shop.rejected("kind")} == {"unreadable_instant"}


def test_a_price_that_is_absurd_costs_its_row_alone(shop: AdaptedFolder) -> None:
    shop.declare(PAYS)
    shop.select("select id as payment_id, order_id, per_unit(amount, '0.0001') as amount, status from pays")
    shop.put("answer.json", json.dumps({"data": [pay(1), pay(2, amount="9999999999999")]}))
    shop.load()
    assert shop.rows("payment_id") == [("P1",)]
    assert shop.rejected("kind") == [("absurd_amount",)]
