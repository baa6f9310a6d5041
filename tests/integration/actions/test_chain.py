"""Given findings, actions are proposed, approved, sent once, and confirmed by the systems' own records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from orderhealth_pipeline.cli import calls
from tests.integration.actions.receiver import SECRET, Receiver, receiving
from tests.integration.actions.shop import HOUR, Shop, T
from tests.integration.chain.chain import rows_of

CASES = """
    select case_orders.order_id, cases.state, cases.acted_at is not null
    from cases inner join case_orders using (case_id)
    where cases.rule_id = 'incomplete_address'
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as started:
        yield started


@pytest.fixture
def shop(tmp_path: Path, receiver: Receiver) -> Shop:
    return Shop(
        tmp_path,
        sinks={"wms": {"type": "http", "url": receiver.url, "secret": SECRET}},
        actions={"live": True, "hold_shipment": {"sink": "wms"}},
    )


def test_a_hold_is_proposed_approved_sent_confirmed_and_released(shop: Shop, receiver: Receiver) -> None:
    shop.place("A", "B")
    shop.run()
    assert shop.rows() == [("A", "proposed"), ("B", "proposed")]
    assert shop.deliver() == []
    held = rows_of(
        shop.store, "select action_id from actions where order_id = 'A' and type = 'hold_shipment'"
    )
    shop.say("action_approved", held[0][0])
    assert [outcome.state for outcome in shop.deliver()] == ["sent"]
    assert shop.deliver() == []
    assert receiver.orders() == {"A"}
    assert receiver.bad_signatures == 0

    shop.run(T + HOUR)
    assert shop.rows() == [("A", "sent"), ("B", "proposed")], "a 200 confirms nothing"
    assert rows_of(shop.store, CASES) == [
        ("A", "in_progress", True),
        ("B", "open", False),
    ]
    shop.ship("A", "on_hold", T + HOUR)
    shop.run(T + 2 * HOUR)
    assert shop.rows() == [("A", "confirmed"), ("B", "proposed")]

    shop.place("A", "B", door="1号", at=T + 2 * HOUR)
    shop.run(T + 3 * HOUR)
    assert shop.rows() == [("A", "confirmed"), ("B", "withdrawn")]
    assert shop.rows("release_hold") == [("A", "approved")]
    assert [(each.type, each.state) for each in shop.deliver()] == [("release_hold", "sent")]
    shop.ship("A", "printed", T + 3 * HOUR)
    shop.run(T + 4 * HOUR)
    assert shop.rows("release_hold") == [("A", "confirmed")]
    assert receiver.done.total() == 2


def test_nothing_is_sent_unless_it_is_live(shop: Shop, receiver: Receiver) -> None:
    shop.actions["live"] = False
    shop.actions["hold_shipment"]["approval"] = False
    shop.place("A")
    shop.run()
    assert shop.rows() == [("A", "approved")]
    assert shop.deliver() == []
    assert not receiver.asked


def test_a_stop_counts_before_the_next_action_and_a_start_lets_go_on(shop: Shop, receiver: Receiver) -> None:
    shop.actions["hold_shipment"]["approval"] = False
    shop.place("A", "B")
    shop.run()
    shop.say("actions_stopped")
    assert shop.deliver() == []
    shop.now += timedelta(seconds=1)
    shop.say("actions_started")
    assert len(shop.deliver()) == 2
    assert receiver.done.total() == 2


def test_above_the_limit_of_an_hour_a_second_person_approves(shop: Shop, receiver: Receiver) -> None:
    shop.actions["hold_shipment"]["at_most_an_hour"] = 2
    shop.place("A", "B", "C", "D", "E")
    shop.run()
    ids = shop.ids()
    shop.say("action_approved", *ids)
    assert len(shop.deliver()) == 2
    assert shop.deliver() == []
    shop.say("action_approved", *ids)
    assert shop.deliver() == [], "the same person twice is one person"
    waiting = rows_of(shop.store, "select action_id from actions where state = 'approved'")
    shop.say("action_approved", waiting[0][0], who="li")
    assert len(shop.deliver()) == 1
    shop.now += HOUR + timedelta(seconds=1)
    assert len(shop.deliver()) == 2
    assert receiver.done.total() == len(ids)
    assert set(receiver.done.values()) == {1}


def test_looking_back_proposes_nothing(shop: Shop) -> None:
    shop.place("A", door="1号", at=T - HOUR)
    shop.run(T)
    shop.place("A", at=T - 2 * HOUR)
    shop.run(T - HOUR)
    assert shop.rows() == []


def test_the_published_copy_has_no_receiver(shop: Shop) -> None:
    shop.sinks["calls"] = {"type": "file", "path": shop.folder / "calls.csv"}
    shop.actions["request_address"] = {"sink": "calls", "approval": False}
    shop.place("A")
    shop.run()
    published = shop.store.with_name("s.published.duckdb")
    [(payload,)] = rows_of(published, "select payload from actions where type = 'request_address'")
    assert "张三" not in payload
    assert "13812345678" not in payload
    shop.deliver()
    assert "13812345678" in (shop.folder / "calls.csv").read_text(encoding="utf-8-sig")


def test_a_store_that_is_built_anew_knows_what_was_sent(shop: Shop, receiver: Receiver) -> None:
    shop.actions["hold_shipment"]["approval"] = False
    shop.place("A")
    shop.run()
    shop.deliver()
    options = ["--feeds", str(shop.folder / "feeds"), "--store", str(shop.store), "--as-of", T.isoformat()]
    done = CliRunner().invoke(calls, ["rebuild", *options], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert shop.rows() == [("A", "sent")]
    assert shop.deliver() == []
    assert receiver.asked.total() == 1
