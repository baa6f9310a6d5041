"""Given a file with more rejected rows than anybody reads, some are kept and all are counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.ingest.load import load_feed_files
from orderhealth_pipeline.ingest.staged import KEPT_ROWS, Staged
from orderhealth_pipeline.ingest.values.typing import REASONS
from orderhealth_pipeline.sql import statement
from orderhealth_pipeline.store.file.connection import open_store, transaction
from orderhealth_pipeline.store.rows.freshness import count_freshness
from tests.ingest_files import AS_OF, CONTRACTS, LIMITS, PAYMENTS, SHANGHAI, FeedFolder, payment, payments

MORE: Final = 500


@pytest.fixture
def feeds(tmp_path: Path) -> FeedFolder:
    return FeedFolder(tmp_path)


def lines_of_csv(number: int) -> str:
    return payment(f"B{number}", amount="x")


def short_lines(number: int) -> str:
    return f"B{number},short"


def objects(number: int) -> str:
    cells = dict(zip(PAYMENTS.split(","), payment(f"B{number}", amount="x").split(","), strict=True))
    return json.dumps(cells)


def no_objects(number: int) -> str:
    return f"[{number}]"


@pytest.mark.parametrize(
    ("name", "bad", "kind"),
    [
        ("payments.csv", lines_of_csv, "unreadable_number"),
        ("payments.csv", short_lines, "wrong_field_count"),
        ("payments.jsonl", objects, "unreadable_number"),
        ("payments.jsonl", no_objects, "not_json"),
    ],
)
def test_the_first_are_kept_and_the_others_counted(
    feeds: FeedFolder, name: str, bad: Callable[[int], str], kind: str
) -> None:
    is_csv = name.endswith("csv")
    good_object = {"payment_id": "G", "order_id": "O", "amount": 1, "status": "succeeded"}
    begin = [PAYMENTS] if is_csv else [json.dumps(good_object)]
    lines = [*begin, *(bad(number) for number in range(KEPT_ROWS + MORE))]
    feeds.put(name, "\n".join(lines) + "\n")
    (loaded,) = feeds.load()
    good = 0 if is_csv else 1
    assert (loaded.rows, loaded.new_rows) == (KEPT_ROWS + MORE + good, good)
    assert loaded.rejected_rows == KEPT_ROWS + MORE
    first = 2
    assert feeds.rejected("line, kind, rows, row is not null")[:-1] == [
        (first + number, kind, 1, True) for number in range(KEPT_ROWS)
    ]
    assert feeds.rejected("line, kind, rows, row is not null, is_standing")[-1] == (
        first + KEPT_ROWS,
        kind,
        MORE,
        False,
        True,
    )


def test_counts_and_shares_are_of_all_rows_until_the_file_is_loaded_without_them(feeds: FeedFolder) -> None:
    good = [payment(f"P{number}") for number in range(10)]
    mixed = [line for n in range(KEPT_ROWS) for line in (lines_of_csv(n), short_lines(n))]
    feeds.put("payments.csv", payments(*good, *mixed))

    def state() -> tuple[int, str]:
        with open_store(feeds.store) as con:
            rows = count_freshness(con, CONTRACTS, AS_OF, LIMITS, {}).filter(feed="payments")
            ((rejected, said),) = rows.select("rejected", "state").rows()
            return rejected, said

    feeds.load()
    assert state() == (2 * KEPT_ROWS, "damaged")
    kinds = "select kind, sum(rows), count(*) from rejected_rows group by kind order by kind"
    half = KEPT_ROWS // 2
    assert feeds.query(kinds) == [
        ("unreadable_number", KEPT_ROWS, half + 1),
        ("wrong_field_count", KEPT_ROWS, half + 1),
    ]
    before = feeds.tables()["main.rejected_rows"]
    feeds.load(read_again=True)
    assert feeds.tables()["main.rejected_rows"] == before
    feeds.put("payments.csv", payments(*good))
    feeds.load()
    assert state() == (0, "fresh")


def test_rejected_rows_are_looked_up_and_not_compared_each_with_each(feeds: FeedFolder) -> None:
    feeds.put("payments.jsonl", "\n".join(objects(number) for number in range(KEPT_ROWS + 1)))
    files = feed_files(feeds.folder, "payments")
    with open_store(feeds.store) as con, transaction(con):
        load_feed_files(con, files, CONTRACTS, zones={"payments": SHANGHAI}, as_of=AS_OF)
        query = statement(
            "ingest/typed_rows/select_untyped_rows",
            reasons=REASONS,
            most=KEPT_ROWS,
            is_of_several=False,
            names=(),
            has_record=True,
            has_source=True,
            relation="staged",
            row_number=Staged(columns=()).row_number,
        )
        ((_, plan),) = con.execute(f"explain {query}").fetchall()
    assert "Hash Join" in plan
    assert "Blockwise" not in plan


@pytest.mark.parametrize(
    "line", ["合计,,,25.00,,,", "合计：25.00 元", '"Grand Total",,,25,,,', ",,,,总计：,25,", "sum 25"]
)
@pytest.mark.parametrize("files", [1, 3])
def test_a_line_of_totals_is_no_row_that_is_missing(feeds: FeedFolder, line: str, files: int) -> None:
    for number in range(files):
        feeds.put(f"payments_{number}.csv", payments(payment(f"P{number}"), line))
    loaded = feeds.load()
    assert [(file.rows, file.new_rows, file.rejected_rows) for file in loaded] == [(2, 1, 1)] * files
    assert feeds.rejected("kind, line") == [("totals_line", 3)] * files
    assert feeds.query("select totals_lines from feeds.loads") == [(1,)] * files


@pytest.mark.parametrize(
    "bad", ["TOTAL1,O1,x,1,,succeeded,", "sumo,O1,,x,,succeeded,", "合,O1,,x,,succeeded,"]
)
def test_what_only_begins_like_a_word_of_totals_is_missing(feeds: FeedFolder, bad: str) -> None:
    feeds.put("payments.csv", payments(bad))
    feeds.load()
    ((kind,),) = feeds.rejected("kind")
    assert kind != "totals_line"
