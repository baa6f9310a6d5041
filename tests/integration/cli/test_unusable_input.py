"""Given feeds or folders that cannot be used, the program says which, exits as agreed and writes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.validation import require_agreement
from tests.integration.cli.conftest import AS_OF, Call, files_below


def test_a_feeds_folder_that_is_not_there(tmp_path: Path, orderhealth: Call) -> None:
    answer = orderhealth("run", "--feeds", "nowhere")
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == "orderhealth: nowhere: the feeds folder does not exist or is not a folder.\n"
    assert files_below(tmp_path) == {}


def test_a_feeds_folder_that_is_a_file(tmp_path: Path, orderhealth: Call) -> None:
    (tmp_path / "feeds").write_text("no folder", encoding="utf-8")
    assert orderhealth("run", "--feeds", "feeds").code == 3
    assert sorted(files_below(tmp_path)) == ["feeds"]


def test_a_folder_without_any_feed(tmp_path: Path, orderhealth: Call) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "notes.txt").write_text("hello", encoding="utf-8")
    answer = orderhealth("run", "--store", "deep/down/s.duckdb")
    assert answer.code == 3
    assert "feeds: no feed file here. Expected files such as storefront_orders.csv" in answer.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds"]


@pytest.mark.parametrize("has_store", [False, True])
def test_files_of_which_none_can_be_read(
    store: Path, tmp_path: Path, orderhealth: Call, has_store: bool
) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "storefront_orders.xlsx").write_bytes(b"no spreadsheet")
    (tmp_path / "feeds" / "payments.csv").write_bytes(b"")
    if has_store:
        shutil.copy(store, tmp_path / "s.duckdb")
    before = files_below(tmp_path)
    answer = orderhealth("run", "--store", "s.duckdb", "--as-of", AS_OF)
    assert answer.code == 3
    assert "not one feed file can be read" in answer.err
    assert "payments.csv: the file is empty" in answer.err
    assert files_below(tmp_path) == before


def test_a_half_written_file_beside_good_ones_is_quarantined(
    feeds: Path, tmp_path: Path, orderhealth: Call
) -> None:
    shutil.copytree(feeds, tmp_path / "feeds")
    (tmp_path / "feeds" / "payments_half.parquet").write_bytes(b"PAR1 and then nothing")
    answer = orderhealth("run", "--as-of", AS_OF, "--store", "s.duckdb")
    assert answer.code == 0, answer.err
    with duckdb.connect(str(tmp_path / "s.duckdb"), read_only=True) as con:
        rejected = con.execute("select feed, file, line from rejected_rows").fetchall()
    assert rejected == [("payments", "payments_half.parquet", None)]


def test_two_evaluators_that_disagree_stop_the_run(
    store: Path, feeds: Path, tmp_path: Path, orderhealth: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(store, tmp_path / "s.duckdb")
    before = files_below(tmp_path)
    monkeypatch.setattr(
        "orderhealth_pipeline.pipeline.validate.require_agreement",
        lambda results, counts: require_agreement(results, {**counts, "paid_not_in_erp": 4711}),
    )
    answer = orderhealth(
        "run", "--feeds", feeds, "--as-of", "2026-11-10T21:00:00+08:00", "--store", "s.duckdb"
    )
    assert answer.code == 1
    assert "the two evaluators disagree on paid_not_in_erp: Polars counts 4711" in answer.err
    assert "please report it" in answer.err
    assert files_below(tmp_path) == before


@pytest.mark.parametrize(
    "call",
    [
        ("report", "--out"),
        ("rules", "docs", "--out"),
        ("init", "--tier", "small"),
        ("demo", "--orders", "500", "--out"),
    ],
    ids=lambda call: call[0],
)
def test_a_folder_that_cannot_be_written_is_named(
    store: Path, tmp_path: Path, orderhealth: Call, call: tuple[str, ...]
) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be", encoding="utf-8")
    options = ("--store", store) if call[0] == "report" else ()
    answer = orderhealth(*call, "taken/here", *options)
    assert answer.code in {2, 3}
    assert "taken/here" in answer.err
    assert sorted(files_below(tmp_path)) == ["taken"]


def test_truth_files_that_are_none(store: Path, feeds: Path, tmp_path: Path, orderhealth: Call) -> None:
    wrong_verdict = tmp_path / "truth.csv"
    wrong_verdict.write_text("order_id,rule_id,verdict,cause\nA,low_price,maybe,x\n", encoding="utf-8")
    for truth, message in (
        (tmp_path / "nowhere.csv", "not a readable truth file"),
        (feeds / "payments.csv", "the column rule_id, verdict is missing"),
        (wrong_verdict, "the verdict 'maybe' is neither anomaly nor benign"),
    ):
        answer = orderhealth("evaluate", "--store", store, "--truth", truth)
        assert answer.code == 3
        assert message in answer.err
