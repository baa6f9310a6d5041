"""Given a status word that nobody knows, saying what it means counts for rows of any age."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.resources import expectations_folder
from tests.integration.cli.conftest import Call

RUN = ("run", "--feeds", "feeds", "--store", "s.duckdb", "--expectations", "expectations", "--json")
MEANING = "{storefront_orders: {status: {待发货: to_ship}}}"


@pytest.fixture(autouse=True)
def _project(tmp_path: Path) -> None:
    shutil.copytree(expectations_folder(), tmp_path / "expectations")
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "storefront_orders.csv").write_text(
        "order_id,buyer_id,placed_at,status,amount\n"
        "A1,U1,2026-11-10T10:00:00+08:00,待发货,99.00\n"
        "A2,U2,2026-11-10T10:00:00+08:00,To Shipp,99.00\n",
        encoding="utf-8",
    )


def unknown(orderhealth: Call, as_of: str) -> tuple[list[dict[str, object]], str]:
    assert orderhealth(*RUN, "--as-of", as_of).code == 0
    with duckdb.connect("s.duckdb", read_only=True) as con:
        ((status,),) = con.execute(
            "select status_storefront from order_fact where order_id = 'A1'"
        ).fetchall()
    answer = orderhealth("words", "--store", "s.duckdb", "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out), status


def test_a_meaning_counts_from_the_next_run_on_and_can_be_taken_back(orderhealth: Call) -> None:
    near = {"feed": "storefront_orders", "column": "status", "word": "To Shipp", "rows": 1}
    words, status = unknown(orderhealth, "2026-11-10T12:00:00+08:00")
    assert [each["word"] for each in words] == ["To Shipp", "待发货"]
    assert {name: words[0][name] for name in near} == near
    assert "to_ship" in str(words[0]["near"])
    assert status == "待发货"

    Path("expectations/words.yml").write_text(MEANING, encoding="utf-8")
    words, status = unknown(orderhealth, "2026-11-10T12:05:00+08:00")
    assert ([each["word"] for each in words], status) == (["To Shipp"], "to_ship")

    Path("expectations/words.yml").write_text("{}", encoding="utf-8")
    words, status = unknown(orderhealth, "2026-11-10T12:10:00+08:00")
    assert ([each["word"] for each in words], status) == (["To Shipp", "待发货"], "待发货")


def test_every_word_says_since_when_it_is_unknown(orderhealth: Call) -> None:
    def since(as_of: str) -> dict[str, str]:
        words, _ = unknown(orderhealth, as_of)
        return {str(each["word"]): str(each["first_seen_at"]) for each in words}

    first, later, last = (f"2026-11-10T04:{minute}:00+00:00" for minute in ("00", "05", "10"))
    assert since(first) == {"To Shipp": first, "待发货": first}
    with Path("feeds/storefront_orders.csv").open("a", encoding="utf-8") as file:
        file.write("A3,U3,2026-11-10T10:00:00+08:00,verzonden,99.00\n")
    assert since(later) == {"To Shipp": first, "待发货": first, "verzonden": later}
    Path("expectations/words.yml").write_text(MEANING, encoding="utf-8")
    assert since(last) == {"To Shipp": first, "verzonden": later}
    Path("orderhealth.yml").write_text("store: s.duckdb\nlocale: en\n", encoding="utf-8")
    assert "2026-11-10 12:05" in orderhealth("words").out
    assert orderhealth("rebuild", *RUN[1:-1], "--as-of", "2026-11-10T12:15:00+08:00").code == 0
    answer = orderhealth("words", "--store", "s.duckdb", "--json")
    assert {each["word"]: each["first_seen_at"] for each in json.loads(answer.out)} == {
        "To Shipp": first,
        "verzonden": later,
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{orders: {status: {a: b}}}", "words.yml:1: there is no feed 'orders'"),
        ("{storefront_orders: {shop: {a: paid}}}", "'shop' holds no status"),
        ("storefront_orders:\n  status:\n    a: sent", "words.yml:3: 'sent' is no status"),
        ("{storefront_orders: {status: {paid: shipped}}}", "'paid' is a status of storefront_orders itself"),
        ("[a]", "words.yml"),
    ],
)
def test_a_wrong_meaning_is_named(orderhealth: Call, text: str, complaint: str) -> None:
    Path("expectations/words.yml").write_text(text, encoding="utf-8")
    for call in (RUN, ("rules", "check", "--expectations", "expectations")):
        answer = orderhealth(*call)
        assert (answer.code, complaint in answer.err) == (2, True), answer.err
