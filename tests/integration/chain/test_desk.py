"""Given people's words, every run counts them from their instant on, and evaluates nothing anew for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.said import Said
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.files import snapshot_path
from tests.integration.chain.chain import rows_of, run_chain

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORDERS = """order_id,shop,buyer_id,placed_at,status,amount,province,street,phone
A1,T,U1,2026-11-10T10:00:00+08:00,paid,99.00,浙江省,文三路,13812345678
A2,J,U2,2026-11-10T10:00:00+08:00,paid,99.00,浙江省,学院路,13812345679
"""
MENDED = """order_id,shop,buyer_id,placed_at,status,amount,province,street,phone,updated_at
A1,T,U1,2026-11-10T10:00:00+08:00,paid,99.00,浙江省,文三路1号,13812345678,{at}
"""


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    folder = tmp_path / "feeds"
    folder.mkdir()
    (folder / "storefront_orders.csv").write_text(ORDERS, encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "s.duckdb"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(str(tmp_path / "s.desk.db"))


def word(kind: Any, about: Any, value: str | None, at: datetime = NOON, **given: Any) -> Said:
    return Said(kind, "Wang", "call 13812345678", at, about, value, "incomplete_address", **given)


def explained(store: Path) -> dict[str, str | None]:
    query = "select order_id, explained_by from findings where rule_id = 'incomplete_address'"
    return dict(rows_of(store, query))


def test_a_word_is_not_known_before_it_was_said_and_nothing_is_evaluated_anew_for_it(
    feeds: Path, store: Path, desk: Desk
) -> None:
    settings = Settings(store=store)
    run_chain(feeds, store, NOON, settings)
    desk.say(word("snoozed", "shop", "T", NOON + HOUR, until=NOON + 2 * HOUR))
    seen = []
    for as_of in (NOON + HOUR / 2, NOON + HOUR, NOON + 1.5 * HOUR, NOON + 2 * HOUR):
        outcome = run_pipeline(plan_run(settings, feeds_folder=feeds), as_of, StageTimes(lambda: 0.0))
        assert outcome.assessment.facts.affected.is_empty()
        seen.append(explained(store)["A1"])
    assert seen == [None, "snoozed", "snoozed", None]
    assert explained(store)["A2"] is None
    past = run_chain(feeds, store, NOON + 1.5 * HOUR, settings)
    assert past["findings"]["explained"] == 1


def test_a_false_alarm_explains_its_finding_until_it_is_over(feeds: Path, store: Path, desk: Desk) -> None:
    run_chain(feeds, store, NOON)
    desk.say(word("false_alarm", "order", "A1"))
    run_chain(feeds, store, NOON + HOUR)
    assert explained(store) == {"A1": "false_alarm", "A2": None}
    assert rows_of(
        snapshot_path(store), "select rule_id, confirmed, false_alarms, is_noisy from rule_precision"
    ) == [("incomplete_address", 0, 1, False)]

    (feeds / "storefront_orders_2.csv").write_text(
        MENDED.format(at="2026-11-10T13:30:00+08:00"), encoding="utf-8"
    )
    run_chain(feeds, store, NOON + 2 * HOUR)
    assert rows_of(store, "select distinct order_id from findings where state = 'resolved'") == [("A1",)]

    broken = MENDED.format(at="2026-11-10T14:30:00+08:00").replace("文三路1号", "文三路")
    (feeds / "storefront_orders_3.csv").write_text(broken, encoding="utf-8")
    for hours in (3, 4):
        run_chain(feeds, store, NOON + hours * HOUR)
        assert explained(store) == {"A1": None, "A2": None}
    assert rows_of(store, "select distinct order_id from working.resolutions") == [("A1",)]

    desk.say(word("false_alarm", "order", "A1", NOON + 4 * HOUR))
    run_chain(feeds, store, NOON + 5 * HOUR)
    assert explained(store)["A1"] == "false_alarm"


def test_an_address_is_named_as_it_is_typed_or_by_its_published_key(
    feeds: Path, store: Path, desk: Desk
) -> None:
    run_chain(feeds, store, NOON)
    query = "select address_key from order_fact where order_id = 'A2'"
    ((published,),) = rows_of(snapshot_path(store), query)
    desk.say(word("allow_listed", "address", "浙江省 文三路"), word("snoozed", "address", published))
    run_chain(feeds, store, NOON + HOUR)
    assert explained(store) == {"A1": "allow_listed", "A2": "snoozed"}


def test_the_published_log_hides_people(feeds: Path, store: Path, desk: Desk) -> None:
    desk.say(word("allow_listed", "address", "浙江省 文三路"))
    run_chain(feeds, store, NOON)
    snapshot = snapshot_path(store)
    ((entry, kind, value, why),) = rows_of(snapshot, "select entry, kind, value, why from said")
    assert (entry, kind, why) == (1, "allow_listed", "call 138****5678")
    assert "文三路" not in value
    ((evidence,),) = rows_of(snapshot, "select evidence::varchar from findings where order_id = 'A1'")
    assert "13812345678" not in evidence
    assert "文三路" not in evidence
