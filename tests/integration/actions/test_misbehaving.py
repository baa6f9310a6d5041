"""Given a receiver that misbehaves in every way, no action is lost and none has its effect twice."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from orderhealth_pipeline.respond.channels import http
from tests.integration.actions.receiver import SECRET, Behaviour, Receiver, receiving
from tests.integration.actions.shop import HOUR, Shop, T, shop_with_approved_actions
from tests.integration.chain.chain import rows_of

COUNT: Final = int(os.environ.get("ORDERHEALTH_ACTIONS", "100"))
HOWS: Final[tuple[Behaviour, ...]] = (
    "429",
    "500",
    "500 done",
    "hang",
    "die",
    "lie",
    "done and silent",
    "refuse",
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a fraction of a second for a receiver that hangs, and not ten."""
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.2)


def behaving_badly(seed: int) -> Receiver:
    """Return a receiver of which each key meets up to three kinds of trouble before all is well."""
    plans: dict[str, list[Behaviour]] = {}
    dice = random.Random(seed)

    def behave(key: str, number: int) -> Behaviour:
        plan = plans.setdefault(key, dice.sample(HOWS, k=dice.randint(0, 3)))
        return plan[number - 1] if number <= len(plan) else "ok"

    return Receiver(behave, hang_seconds=1)


@pytest.mark.parametrize("knows_keys", [True, False])
def test_no_action_is_lost_and_none_has_its_effect_twice(tmp_path: Path, *, knows_keys: bool) -> None:
    with receiving(behaving_badly(seed=7)) as receiver:
        receiver.knows_keys = knows_keys
        shop = shop_with_approved_actions(tmp_path, receiver.url, COUNT, knows_keys=knows_keys)
        while shop.deliver():
            # Longer than any wait between two tries.
            shop.now += timedelta(minutes=61)
        states: dict[str, int] = dict(
            rows_of(shop.store, "select state, count(*) from actions group by state")
        )
        sent = {
            row[0] for row in rows_of(shop.store, "select idempotency_key from actions where state = 'sent'")
        }
    assert sum(states.values()) == COUNT
    assert set(receiver.asked) == {
        row[0] for row in rows_of(shop.store, "select idempotency_key from actions")
    }, "every action was sent at least once"
    assert set(receiver.done.values()) <= {0, 1}, "no effect twice"
    assert all(len(bodies) == 1 for bodies in receiver.bodies.values()), "a key always has the same bytes"
    assert receiver.bad_signatures == 0
    lied_to = {key for key in sent if not receiver.done[key]}
    assert all("lie" in _met(receiver, key) for key in lied_to), "only a lie is taken for sent"
    assert set(states) <= {"sent", "rejected"} | (set() if knows_keys else {"unknown"})


def _met(receiver: Receiver, key: str) -> list[Behaviour]:
    return [receiver.behave(key, number) for number in range(1, receiver.asked[key] + 1)]


def test_what_nobody_knows_of_is_sent_once_more_only_when_a_person_says_so(tmp_path: Path) -> None:
    with receiving(Receiver(lambda _key, number: "done and silent" if number == 1 else "ok")) as receiver:
        shop = Shop(
            tmp_path,
            sinks={"wms": {"type": "http", "url": receiver.url, "secret": SECRET}},
            actions={"live": True, "hold_shipment": {"sink": "wms", "approval": False}},
        )
        shop.place("A")
        shop.run()
        assert [outcome.state for outcome in shop.deliver()] == ["unknown"]
        shop.now += 48 * HOUR
        assert shop.deliver() == []
        shop.say("action_approved", *shop.ids())
        assert [outcome.state for outcome in shop.deliver()] == ["sent"]
    assert receiver.asked.total() == 2


def test_an_unknown_one_is_confirmed_by_the_feeds(tmp_path: Path) -> None:
    with receiving(Receiver(lambda *_: "done and silent")) as receiver:
        shop = Shop(
            tmp_path,
            sinks={"wms": {"type": "http", "url": receiver.url, "secret": SECRET}},
            actions={"live": True, "hold_shipment": {"sink": "wms", "approval": False}},
        )
        shop.place("A")
        shop.run()
        shop.deliver()
        shop.ship("A", "on_hold", T + HOUR)
        shop.run(T + 2 * HOUR)
        assert shop.rows() == [("A", "confirmed")]
    assert receiver.asked.total() == 1
