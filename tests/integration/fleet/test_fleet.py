"""A fleet of merchants through the program: each its own store and rules, a failure stops no other."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from tests.integration.cli.conftest import AS_OF, Answer, call_program

MERCHANTS = ("hua", "li", "ming")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three merchants of whom one has a rule of its own, and one whose configuration is wrong."""
    folder = tmp_path_factory.mktemp("fleet")
    for number, name in enumerate(MERCHANTS):
        write_simulation(simulate("promo_eve", 300, number), folder / name / "feeds")
        (folder / name / "orderhealth.yml").write_text("locale: en\n")
    (folder / "broken").mkdir()
    (folder / "broken" / "orderhealth.yml").write_text("nmae: x\n")
    shared = (expectations_folder() / "payment" / "paid_not_in_erp.yml").read_text(encoding="utf-8")
    own = folder / "li" / "expectations" / "payment"
    own.mkdir(parents=True)
    (own / "paid_not_in_erp.yml").write_text(shared.replace("more_than: 15", "more_than: 45"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def first_run(root: Path) -> Answer:
    return call_program(
        "fleet", "run", "--root", root, "--as-of", AS_OF, "--workers", "2", "--json", cwd=root
    )


def outcomes(answer: Answer) -> dict[str, Any]:
    return {one["merchant"]: one for one in json.loads(answer.out)["merchants"]}


def test_one_that_fails_stops_no_other(first_run: Answer) -> None:
    found = outcomes(first_run)
    assert first_run.code == 1
    assert set(found) == {*MERCHANTS, "broken"}
    assert "orderhealth.yml:1: unknown key 'nmae'" in found["broken"]["error"]
    assert all(found[name]["error"] is None and found[name]["score"] > 0 for name in MERCHANTS)


def test_every_merchant_has_what_its_own_run_would_have_found(
    root: Path, first_run: Answer, tmp_path: Path
) -> None:
    shutil.copytree(root / "ming" / "feeds", tmp_path / "feeds")
    alone = call_program("run", "--feeds", "feeds", "--as-of", AS_OF, "--json", cwd=tmp_path)
    assert json.loads(alone.out)["score"] == outcomes(first_run)["ming"]["score"]


@pytest.mark.usefixtures("first_run")
def test_no_merchant_has_a_row_of_another(root: Path) -> None:
    orders = {name: set(order_ids(root / name)) for name in MERCHANTS}
    known = {name: set(feed_ids(root / name)) for name in MERCHANTS}
    assert orders == known
    for name in MERCHANTS:
        files = [file for file in (root / name).iterdir() if ".duckdb" in file.name]
        assert files
        assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_messages_and_actions_go_out_and_the_linked_report_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "hua"
    write_simulation(simulate("promo_eve", 300, 1), folder / "feeds")
    (folder / "orderhealth.yml").write_text(
        "locale: en\n"
        "channels: [{type: file, url: told.jsonl}]\n"
        "score: {threshold: 99, recover: 99}\n"
        "sinks: {list: {type: file, path: todo.csv}}\n"
        "actions: {live: true, call_customer: {sink: list, approval: false}}\n",
        encoding="utf-8",
    )
    answer = call_program(
        "fleet", "run", "--root", tmp_path, "--as-of", AS_OF, "--deliver", "--json", cwd=tmp_path
    )
    assert answer.code == 0, answer.err
    assert "breach" in (folder / "told.jsonl").read_text(encoding="utf-8")
    assert "call_customer" in (folder / "todo.csv").read_text(encoding="utf-8")
    assert [*(folder / "reports").glob("*.html")]


@pytest.mark.usefixtures("first_run")
def test_status_shows_who_needs_somebody_first(root: Path) -> None:
    answer = call_program("fleet", "status", "--root", root, "--json", cwd=root)
    found = json.loads(answer.out)
    assert found[0]["merchant"] == "broken"
    assert found[1]["seconds"] > 0
    assert found[1]["newest_record_at"] is not None
    shown = call_program("fleet", "status", "--root", root, cwd=root)
    assert all(name in shown.out for name in (*MERCHANTS, "broken"))


@pytest.mark.usefixtures("first_run")
def test_only_rules_that_differ_are_named(root: Path) -> None:
    answer = call_program("fleet", "rules", "diff", *MERCHANTS, "--root", root, "--json", cwd=root)
    assert answer.code == 0
    keys = ("merchant", "rule_id", "shared", "own")
    found = [tuple(one[key] for key in keys) for one in json.loads(answer.out)]
    assert found == [("li", "paid_not_in_erp", "15", "45")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fleet", "run", "nobody"), "there is no merchant 'nobody'; there are: broken, hua, li, ming"),
        (("fleet", "run", "--as-of", "soon", "hua"), "'soon' is no ISO 8601 instant"),
    ],
)
def test_a_slip_is_said_with_the_way_out(root: Path, arguments: tuple[str, ...], said: str) -> None:
    answer = call_program(*arguments, "--root", root, cwd=root)
    assert answer.code in {1, 2}
    assert said in answer.err


def order_ids(folder: Path) -> Iterator[str]:
    with duckdb.connect(str(folder / "orderhealth.duckdb"), read_only=True) as con:
        yield from (row[0] for row in con.execute("select order_id from order_fact").fetchall())


def feed_ids(folder: Path) -> Iterator[str]:
    file = folder / "feeds" / "storefront_orders.csv"
    yield from pl.read_csv(file, infer_schema=False)["order_id"]
