"""Given a store that cannot be used, one command rebuilds it from the feeds, with what can be read of it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.integration.chain.chain import Rows, tables_of
from tests.integration.cli.broken_stores import (
    BROKEN,
    Spoil,
    cut,
    held_by_another_process,
    newer,
    of_something_else,
)
from tests.integration.cli.conftest import AS_OF, Call, call_program, files_below

EARLIER = "2026-11-10T19:00:00+08:00"
LATER = "2026-11-10T21:00:00+08:00"
KEPT = "s.before-rebuild-1.duckdb"
CONFIGURATION = """
store: s.duckdb
report: {url: "https://reports.example.com"}
channels:
  - {type: file, url: told.jsonl}
"""


@pytest.fixture(scope="session")
def history(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a history: rejected rows, scores of two instants, and a breach that was told."""
    folder = tmp_path_factory.mktemp("history")
    shutil.copytree(shop, folder / "feeds")
    spoil_feeds(folder / "feeds", "1")
    (folder / "orderhealth.yml").write_text(CONFIGURATION, encoding="utf-8")
    assert call_program("run", "--as-of", EARLIER, "--deliver", cwd=folder).code == 0
    spoil_feeds(folder / "feeds", "2")
    assert call_program("run", "--as-of", AS_OF, "--deliver", cwd=folder).code == 0
    return folder


def spoil_feeds(feeds: Path, name: str) -> None:
    """Let files arrive that are rejected: one row of it, and as a whole; the row names a person."""
    header = "order_id,buyer_id,placed_at,status,amount,receiver,phone"
    row = f"N{name},U{name},soon,paid,1,Li Lei,13812345678"
    (feeds / f"storefront_orders_late_{name}.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    (feeds / f"returns_{name}.csv").write_text("no,columns\n1,2\n", encoding="utf-8")


@pytest.fixture
def project(history: Path, tmp_path: Path, orderhealth: Call, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project with a history, to call the program in."""
    assert callable(orderhealth)
    folder = shutil.copytree(history, tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


def known(project: Path) -> dict[str, Rows]:
    """What the store tells, except when its files were loaded: that is in no published copy."""
    tables = tables_of(project / "s.duckdb")
    tables["source_freshness"] = [(feed, *rest) for feed, _, _, *rest in tables["source_freshness"]]
    return tables


def told(project: Path) -> list[str]:
    """The kinds of the alerts that were sent."""
    lines = (project / "told.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["kind"] for line in lines]


@pytest.mark.parametrize("spoil", [spoil for spoil, _ in BROKEN.values()], ids=BROKEN)
def test_a_broken_store_is_rebuilt_with_its_history(project: Path, orderhealth: Call, spoil: Spoil) -> None:
    healthy = known(project)
    spoil(project / "s.duckdb")
    broken = (project / "s.duckdb").read_bytes()
    answer = orderhealth("rebuild", "--as-of", AS_OF)
    assert answer.code == 0, answer.err
    assert f"The old store is kept as {project / KEPT}." in answer.out
    assert (project / KEPT).read_bytes() == broken
    assert known(project) == healthy


def test_a_store_that_can_be_read_gives_all_of_its_history(project: Path, orderhealth: Call) -> None:
    healthy = tables_of(project / "s.duckdb")
    newer(project / "s.duckdb")
    answer = orderhealth("rebuild", "--as-of", AS_OF)
    assert answer.code == 0, answer.err
    assert answer.out.startswith("What was wrong: ")
    assert "written by a newer version (store version 99" in answer.out
    assert "from 13 feed files: 600 orders" in answer.out
    assert "Taken from" not in answer.out
    assert "Lost" not in answer.out
    assert tables_of(project / "s.duckdb") == healthy


@pytest.mark.parametrize("spoil", [newer, cut(0.1)], ids=["newer", "cut off"])
def test_an_alert_that_was_sent_is_not_sent_again(project: Path, orderhealth: Call, spoil: Spoil) -> None:
    spoil(project / "s.duckdb")
    assert orderhealth("rebuild", "--as-of", LATER).code == 0
    assert orderhealth("run", "--as-of", LATER, "--deliver").code == 0
    assert told(project) == ["breach"]


def lost(told: str) -> set[str]:
    """The tables that a rebuild says are lost."""
    (line,) = (line for line in told.splitlines() if line.startswith("Lost, because it could not be read"))
    return set(re.findall(r"\(([a-z_.]+)\)", line))


def test_what_the_published_copy_has_to_tell_is_told(project: Path, orderhealth: Call) -> None:
    cut(0.1)(project / "s.duckdb")
    answer = orderhealth("rebuild", "--as-of", AS_OF)
    assert (
        "Taken from s.published.duckdb, as the last run published it: earlier scores (health_score),"
        in answer.out
    )
    # What runs keep for themselves is not published.
    assert lost(answer.out) == {
        "working.resolutions",
        "working.untold_edges",
        "working.alert_facts",
        "feeds.loads",
    }


def test_rejected_rows_of_files_that_are_gone_are_kept_as_they_were_published(
    project: Path, orderhealth: Call
) -> None:
    (project / "feeds" / "storefront_orders_late_1.csv").unlink()
    cut(0.1)(project / "s.duckdb")
    assert orderhealth("rebuild", "--as-of", AS_OF).code == 0
    with duckdb.connect(project / "s.duckdb", read_only=True) as con:
        rows = con.execute(
            "select row ->> 'receiver', row ->> 'order_id', rejected_at = $earlier "
            "from rejected_rows where feed = 'storefront_orders' order by file",
            {"earlier": datetime.fromisoformat(EARLIER)},
        ).fetchall()
    assert rows == [("L***", "N1", True), ("Li Lei", "N2", False)]


def test_without_anything_to_read_it_is_said_what_is_lost(project: Path, orderhealth: Call) -> None:
    for name in ("s.duckdb", "s.published.duckdb"):
        (project / name).write_bytes(b"")
    answer = orderhealth("rebuild", "--as-of", AS_OF)
    assert answer.code == 0, answer.err
    assert {"health_score", "findings", "cases", "alerts", "actions", "feeds.loads"} <= lost(answer.out)
    assert "So the alert counts as new: the next `orderhealth run --deliver` sends it" in answer.out
    assert told(project) == ["breach"]
    assert orderhealth("run", "--as-of", LATER, "--deliver").code == 0
    assert told(project) == ["breach", "breach"]


def test_a_healthy_store_may_be_rebuilt_again_and_again(project: Path, orderhealth: Call) -> None:
    healthy, old = tables_of(project / "s.duckdb"), (project / "s.duckdb").read_bytes()
    for number in (1, 2):
        answer = orderhealth("rebuild", "--as-of", AS_OF)
        assert f"kept as {project / f's.before-rebuild-{number}.duckdb'}." in answer.out
        assert "What was wrong" not in answer.out
        assert tables_of(project / "s.duckdb") == healthy
    assert (project / KEPT).read_bytes() == old


def test_files_that_the_old_store_had_read_and_the_new_one_has_not_are_named(
    project: Path, orderhealth: Call
) -> None:
    (project / "feeds" / "customers.csv").unlink()
    with (project / "feeds" / "feedback.csv").open("a", encoding="utf-8") as file:
        file.write("T-new,O-new,2026-11-10T10:00:00+08:00,urge,,\n")
    answer = orderhealth("rebuild", "--as-of", AS_OF)
    assert (
        "Not in the new store is what only these files said, as the old store had read them: "
        "customers: customers.csv (gone), feedback: feedback.csv (changed since)." in answer.out
    )


@pytest.mark.parametrize(
    ("mistake", "code", "message"),
    [
        (("--feeds", "nowhere"), 3, "nowhere: the feeds folder does not exist"),
        (("--feeds", "empty"), 3, "empty: no feed file here"),
        (("--profile", "nobody"), 2, "there is no profile 'nobody'"),
        (("--as-of", "soon"), 2, "'soon' is no ISO 8601 instant"),
    ],
    ids=lambda part: part[1] if isinstance(part, tuple) else None,
)
@pytest.mark.parametrize("spoil", [newer, cut(0.5)], ids=["newer", "cut off"])
def test_a_rebuild_that_fails_changes_nothing(
    project: Path, orderhealth: Call, spoil: Spoil, mistake: tuple[str, str], code: int, message: str
) -> None:
    (project / "empty").mkdir()
    spoil(project / "s.duckdb")
    before = files_below(project)
    answer = orderhealth("rebuild", *mistake)
    assert (answer.code, answer.out) == (code, "")
    assert message in answer.err
    assert files_below(project) == before


@pytest.mark.parametrize("to_write", [True, False])
def test_a_store_that_another_process_holds_is_not_touched(
    project: Path, orderhealth: Call, to_write: bool
) -> None:
    before = files_below(project)
    with held_by_another_process(project / "s.duckdb", to_write=to_write):
        answer = orderhealth("rebuild", "--as-of", AS_OF)
    assert (answer.code, answer.out) == (4, "")
    assert "s.duckdb: the store is busy" in answer.err
    assert files_below(project) == before


def test_what_is_no_store_is_not_replaced(project: Path, orderhealth: Call) -> None:
    of_something_else(project / "s.duckdb")
    before = files_below(project)
    for file in ("s.duckdb", "feeds/payments.csv"):
        answer = orderhealth("rebuild", "--store", file)
        assert answer.code == 4
        assert f"{file}: no store of this program" in answer.err
    answer = orderhealth("rebuild", "--store", "none.duckdb")
    assert answer.code == 4
    assert "none.duckdb: there is no store yet. Run `orderhealth run" in answer.err
    assert files_below(project) == before
