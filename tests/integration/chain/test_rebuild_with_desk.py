"""Given words of people, a store that is built anew counts them as the old one did."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.rebuild import Rebuild, rebuild_store
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from tests.integration.chain.chain import rows_of, run_chain
from tests.integration.chain.test_desk import HOUR, MENDED, NOON, ORDERS, explained, word

SAID = "select entry, kind, value, undone_at from said"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store in which A1 was a false alarm, was mended, and is wrong again; A2 is snoozed."""
    feeds, store = tmp_path / "feeds", tmp_path / "s.duckdb"
    feeds.mkdir()
    (feeds / "storefront_orders.csv").write_text(ORDERS, encoding="utf-8")
    run_chain(feeds, store, NOON)
    desk = Desk(str(tmp_path / "s.desk.db"))
    desk.say(
        word("false_alarm", "order", "A1"),
        word("snoozed", "shop", "J", until=NOON + timedelta(days=1)),
        word("allow_listed", "shop", "T"),
    )
    desk.undo(3, who="Li", why="a mistake", at=NOON)
    mended = MENDED.format(at="2026-11-10T12:30:00+08:00")
    broken = MENDED.format(at="2026-11-10T13:30:00+08:00").replace("文三路1号", "文三路")
    for hours, text in enumerate((mended, broken), start=1):
        (feeds / f"storefront_orders_{hours + 1}.csv").write_text(text, encoding="utf-8")
        run_chain(feeds, store, NOON + hours * HOUR)
    return store


def rebuilt(store: Path) -> Rebuild:
    plan = plan_run(
        Settings().model_copy(update={"store": store}), feeds_folder=store.with_name("feeds"), is_full=True
    )
    return rebuild_store(plan, NOON + 3 * HOUR, StageTimes(lambda: 0.0))


def test_a_rebuilt_store_counts_what_people_said_as_the_old_one_did(store: Path) -> None:
    assert explained(store) == {"A1": None, "A2": "snoozed"}
    log = rows_of(store, SAID)
    log_file = store.with_suffix(".desk.db").read_bytes()
    done = rebuilt(store)
    assert done.lost == ()
    assert explained(store) == {"A1": None, "A2": "snoozed"}
    assert rows_of(store, SAID) == log
    assert store.with_suffix(".desk.db").read_bytes() == log_file
    assert rows_of(store, "select order_id, rule_id from working.resolutions") == [
        ("A1", "incomplete_address")
    ]


def test_a_run_after_a_rebuild_goes_on_as_though_there_had_been_none(store: Path) -> None:
    rebuilt(store)
    Desk(str(store.with_suffix(".desk.db"))).undo(2, who="Li", why="over", at=NOON + 4 * HOUR)
    run_chain(store.with_name("feeds"), store, NOON + 4 * HOUR)
    assert explained(store) == {"A1": None, "A2": None}


def test_a_store_of_before_there_was_a_desk_lacks_what_was_over_and_says_so(store: Path) -> None:
    with duckdb.connect(store) as con:
        con.execute("drop table working.resolutions")
    assert rebuilt(store).lost == ("working.resolutions",)
