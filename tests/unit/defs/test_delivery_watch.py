"""When the outbox is looked into."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from orderhealth_pipeline.defs.watch.delivery_watch import LONGEST_REST, Watched, is_due, remember
from orderhealth_pipeline.respond.attempts import DeliveryResult

NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)


def test_a_new_score_is_delivered_for_at_once() -> None:
    watched = remember(7, [], NOW)
    assert is_due(watched, 8, NOW)
    assert not is_due(watched, 7, NOW)


def test_the_first_tick_looks() -> None:
    assert is_due(Watched(), None, NOW)


def test_a_pending_delivery_is_tried_again_when_its_time_has_come() -> None:
    retry_at = NOW + timedelta(minutes=1)
    sent = DeliveryResult("breach-1", "a", "sent", 1, sent_at=NOW)
    pending = DeliveryResult("breach-1", "b", "pending", 3, next_attempt_at=retry_at)
    watched = remember(7, [sent, pending], NOW)
    assert not is_due(watched, 7, retry_at - timedelta(seconds=1))
    assert is_due(watched, 7, retry_at)


def test_the_outbox_never_rests_for_long() -> None:
    watched = remember(7, [], NOW)
    assert is_due(watched, 7, NOW + LONGEST_REST)


def test_what_is_remembered_survives_the_cursor() -> None:
    watched = remember(7, [], NOW)
    assert Watched.model_validate_json(watched.model_dump_json()) == watched
