"""The measurement of the live path: every second belongs to one part, and a missed target is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from benchmarks.live import seconds, shop

NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
RUN = [
    (2.0, "queue"),
    (2.5, "process"),
    (3.0, "load"),
    (4.0, "read"),
    (5.5, "write"),
    (5.75, "rules_and_score"),
    (6.0, "write"),
    (6.5, "send"),
    (7.5, "validate"),
    (12.0, "report"),
    (13.0, "end"),
]


@dataclass(frozen=True)
class Programs:
    """The modules of the measurement."""

    seconds: ModuleType
    shop: ModuleType


@pytest.fixture
def programs() -> Programs:
    return Programs(seconds, shop)


def landing(programs: Programs, received_at: float = 7.0, **changes: Any) -> Any:
    marks = tuple(programs.seconds.Mark(at, name) for at, name in RUN)
    run = programs.seconds.Timeline(7, marks, {"low_price": 3})
    facts = {"orders": 200, "kind": "breach", "landed_at": 0.5, "run": run, "imported_at": 7.6, **changes}
    return programs.seconds.Landing(received_at=received_at, **facts)


def test_every_second_belongs_to_what_began_last(programs: Programs) -> None:
    assert landing(programs).until_message == {
        "sensor": 1.5,
        "queue": 0.5,
        "process": 0.5,
        "load": 1.0,
        "read": 1.5,
        "write": 0.75,
        "rules_and_score": 0.25,
        "send": 0.5,
    }
    assert sum(landing(programs).until_message.values()) == landing(programs).seconds


def test_what_follows_the_message_is_told_apart(programs: Programs) -> None:
    assert landing(programs).after_message == {"record": 0.5, "validate": 4.5, "report": 1.0}


def test_a_message_belongs_to_the_run_that_was_sending(programs: Programs) -> None:
    run = landing(programs).run
    assert [run.sent_at(at) for at in (6.4, 6.5, 13.0, 13.1)] == [False, True, True, False]
    waiting = programs.seconds.Timeline(8, (programs.seconds.Mark(6.0, "queue"),))
    assert not waiting.sent_at(7.0)


def test_median_worst_and_a_later_validation_are_the_targets(programs: Programs) -> None:
    def is_met(*seconds: float, **changes: Any) -> bool:
        landings = [landing(programs, received_at=7.0, landed_at=7.0 - each, **changes) for each in seconds]
        return bool(programs.seconds.within_target(landings))

    assert is_met(8.0, 8.0, 15.0)
    assert not is_met(8.0, 8.1, 9.0)
    assert not is_met(1.0, 1.0, 15.1)
    assert not is_met(1.0, imported_at=6.9)
    assert not is_met(1.0, imported_at=None)
    assert not is_met(1.0, run=programs.seconds.Timeline(7, landing(programs).run.marks))


def test_the_page_tells_what_was_missed(programs: Programs) -> None:
    page = programs.seconds.markdown([landing(programs), landing(programs, received_at=16.5)], "Made by hand")
    assert page.startswith("Made by hand\n\n")
    assert "| median | 11.2 | 8 | no |" in page
    assert "| worst of 2 | 16.0 | 15 | no |" in page
    assert "| sensor | 1.50 | 1.50 |" in page
    assert "for 1 of 2 messages" in page


def test_the_history_ends_now_and_a_landing_brings_orders_of_its_own(programs: Programs) -> None:
    history = programs.shop.history_until(NOW, 2000, 5)
    newest = max(history[feed][column].max() for feed, column in [("tms_events", "event_at")])
    assert NOW - timedelta(hours=1) < newest <= NOW
    stream = programs.shop.Stream.after(history, 200, 5)
    landings = [stream.landing(first, 30, NOW, NOW + timedelta(seconds=9)) for first in (0, 30)]
    for feed in ("storefront_orders", "payments", "erp_orders"):
        assert [each[feed]["order_id"].n_unique() for each in landings] == [30, 30]
    ids = [set(each["storefront_orders"]["order_id"]) for each in landings]
    assert not ids[0] & ids[1]
    assert not (ids[0] | ids[1]) & set(history["storefront_orders"]["order_id"])
    for feed, column in [
        ("storefront_orders", "placed_at"),
        ("payments", "paid_at"),
        ("erp_orders", "synced_at"),
    ]:
        assert (
            landings[0][feed].select(pl.col(column).is_between(NOW, NOW + timedelta(seconds=9)).all()).item()
        )
    assert {len(each["tms_events"]) for each in landings} == {60}
