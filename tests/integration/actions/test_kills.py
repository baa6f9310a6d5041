"""Given a process that is killed while it sends, nothing is lost and nothing is done twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

import pytest

from tests.integration.actions.receiver import SECRET, Behaviour, Receiver, receiving
from tests.integration.actions.shop import Shop, shop_with_approved_actions
from tests.integration.chain.chain import rows_of

# Every kill needs a process of its own, which takes seconds to start.
pytestmark = pytest.mark.slow

KILLS: Final = int(os.environ.get("ORDERHEALTH_KILLS", "6"))
COUNT: Final = 5 * KILLS


def send(shop: Shop) -> subprocess.Popen[bytes]:
    """Start `orderhealth actions send`."""
    call = [str(Path(sys.executable).with_name("orderhealth")), "actions", "send", "--config"]
    return subprocess.Popen(
        [*call, str(shop.folder / "orderhealth.yml")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def test_a_process_that_dies_leaves_each_action_done_at_most_once_and_says_so(tmp_path: Path) -> None:
    dice = random.Random(3)
    process: list[subprocess.Popen[bytes]] = []

    def die(_key: str, _number: int) -> Behaviour:
        """Kill the sender while it waits for the answer, or a moment later, until so many were killed."""
        if process and len(process) <= KILLS and receiver.asked.total() % 3 == 0:
            wait = dice.choice([0.0, 0.0, 0.005, 0.02, 0.05])
            victim = process[-1]
            threading.Timer(wait, lambda: victim.send_signal(signal.SIGKILL)).start()
            return dice.choice(["done and silent", "ok"]) if wait == 0.0 else "ok"
        return "ok"

    with receiving(Receiver(die)) as receiver:
        shop = shop_with_approved_actions(tmp_path, receiver.url, COUNT, knows_keys=False)
        sinks = {"wms": {"type": "http", "url": receiver.url, "secret": SECRET}}
        written = {"store": str(shop.store), "sinks": sinks, "actions": shop.actions}
        (tmp_path / "orderhealth.yml").write_text(json.dumps(written), encoding="utf-8")
        killed = 0
        for _ in range(KILLS + 1):
            process.append(send(shop))
            killed += process[-1].wait(120) == -signal.SIGKILL
    states: dict[str, int] = dict(rows_of(shop.store, "select state, count(*) from actions group by state"))
    keys = {row[0] for row in rows_of(shop.store, "select idempotency_key from actions")}
    sent = {row[0] for row in rows_of(shop.store, "select idempotency_key from actions where state = 'sent'")}
    assert killed > 0
    assert sum(states.values()) == COUNT
    assert set(receiver.done.values()) == {1}, "no effect twice"
    assert sent <= set(receiver.done), "what is said to be sent was done"
    unknown = keys - sent
    assert states.get("unknown", 0) == len(unknown) <= killed, (
        "a kill leaves at most one that nobody knows of"
    )
    assert set(receiver.done) | unknown == keys, "none is lost"
