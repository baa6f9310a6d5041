"""Given feeds that arrive again, in pieces or late, the store ends where one run over all of them ends."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from tests.integration.chain.chain import (
    deal_out,
    instants_up_to,
    outcome_of,
    rows_of,
    run_chain,
    tables_of,
)
from tests.integration.chain.conftest import DoneRun, Shop


@pytest.fixture
def store(done: DoneRun, tmp_path: Path) -> Path:
    """A copy of the store of the run over all feeds."""
    return Path(shutil.copy(done.store, tmp_path / "store.duckdb"))


def test_the_same_run_again_changes_no_table_and_prints_the_same(
    promotion: Shop, done: DoneRun, store: Path
) -> None:
    before = tables_of(store)
    assert run_chain(promotion.feeds, store, promotion.as_of) == done.printed
    assert tables_of(store) == before
    assert done.printed["alert"] == "breach"
    assert len(before["alerts"]) == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_pieces_in_any_order_end_where_one_run_ends(
    promotion: Shop, done: DoneRun, tmp_path: Path, seed: int
) -> None:
    pieces = 5
    arriving = deal_out(promotion.feeds, tmp_path / "feeds", pieces, seed)
    for _, as_of in zip(arriving, instants_up_to(promotion.as_of, pieces), strict=True):
        run_chain(tmp_path / "feeds", tmp_path / "pieces.duckdb", as_of)
    assert outcome_of(tmp_path / "pieces.duckdb") == outcome_of(done.store)


def test_files_that_grow_end_where_whole_files_end(promotion: Shop, done: DoneRun, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    for share, as_of in zip((0.3, 0.6, 1.0), instants_up_to(promotion.as_of, 3), strict=True):
        for file in promotion.feeds.glob("*.csv"):
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            (feeds / file.name).write_text(
                "".join(lines[: max(1, int(len(lines) * share))]), encoding="utf-8"
            )
        run_chain(feeds, tmp_path / "grown.duckdb", as_of)
    assert outcome_of(tmp_path / "grown.duckdb") == outcome_of(done.store)


def test_looking_back_and_returning_gives_the_present_again(
    promotion: Shop, done: DoneRun, store: Path, tmp_path: Path
) -> None:
    earlier = promotion.as_of - timedelta(hours=12)
    looked_back = run_chain(promotion.feeds, store, earlier, records_past=True)
    assert looked_back == run_chain(promotion.feeds, tmp_path / "then.duckdb", earlier) | {"alert": None}
    assert outcome_of(store)["order_fact"] == outcome_of(tmp_path / "then.duckdb")["order_fact"]
    assert run_chain(promotion.feeds, store, promotion.as_of) == done.printed
    assert outcome_of(store) == outcome_of(done.store)


def test_looking_back_shows_what_was_and_leaves_every_table_as_it_is(
    promotion: Shop, store: Path, tmp_path: Path
) -> None:
    before, earlier = tables_of(store), promotion.as_of - timedelta(hours=12)
    shown = run_chain(promotion.feeds, store, earlier)
    assert shown == run_chain(promotion.feeds, tmp_path / "then.duckdb", earlier) | {"alert": None}
    assert tables_of(store) == before


def test_looking_back_records_no_alert(promotion: Shop, store: Path) -> None:
    alerts = rows_of(store, "select * from alerts")
    earlier = promotion.as_of - timedelta(minutes=30)
    printed = run_chain(promotion.feeds, store, earlier, records_past=True)
    assert printed["score"] < 85
    assert printed["alert"] is None
    assert rows_of(store, "select * from alerts") == alerts


def test_looking_back_no_instant_of_a_finding_lies_ahead(promotion: Shop, store: Path) -> None:
    as_of = promotion.as_of - timedelta(hours=12)
    run_chain(promotion.feeds, store, as_of, records_past=True)
    run_chain(promotion.feeds, store, promotion.as_of)
    run_chain(promotion.feeds, store, as_of, records_past=True)
    ahead = f"timestamptz '{as_of.isoformat()}'"
    assert rows_of(store, "select * from findings") != []
    assert (
        rows_of(
            store,
            f"select * from findings where greatest(first_seen_at, last_seen_at, resolved_at) > {ahead}",
        )
        == []
    )


def test_a_replay_gives_every_instant_the_score_it_had(promotion: Shop, tmp_path: Path) -> None:
    instants = instants_up_to(promotion.as_of, 3)
    one_by_one = [
        run_chain(promotion.feeds, tmp_path / "replay.duckdb", as_of)["score"] for as_of in instants
    ]
    alone = [
        run_chain(promotion.feeds, tmp_path / f"{number}.duckdb", as_of)["score"]
        for number, as_of in enumerate(instants)
    ]
    assert one_by_one == alone


def test_a_later_run_evaluates_only_what_changed_and_finds_what_a_full_one_finds(
    promotion: Shop, store: Path, tmp_path: Path
) -> None:
    later = promotion.as_of + timedelta(minutes=15)
    full_store = Path(shutil.copy(store, tmp_path / "full.duckdb"))
    outcomes = {}
    for path, is_full in ((store, False), (full_store, True)):
        settings = Settings().model_copy(update={"store": path})
        plan = plan_run(settings, feeds_folder=promotion.feeds, is_full=is_full)
        outcomes[is_full] = run_pipeline(plan, later, StageTimes(lambda: 0.0))
    facts = {is_full: outcomes[is_full].assessment.facts for is_full in outcomes}
    assert 0 < facts[False].affected.height < facts[True].affected.height == facts[True].active.height
    assert tables_of(store) == tables_of(full_store)


def test_other_rules_evaluate_everything(promotion: Shop, store: Path) -> None:
    settings = Settings().model_copy(update={"store": store, "profile": "promotion"})
    plan = plan_run(settings, feeds_folder=promotion.feeds)
    outcome = run_pipeline(plan, promotion.as_of, StageTimes(lambda: 0.0))
    facts = outcome.assessment.facts
    assert facts.affected.height == facts.active.height
