from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from orderhealth_pipeline.said import SAID, Said, as_text, from_text, said_by, said_frame

AT = datetime(2026, 11, 10, 10, 0, tzinfo=timezone(timedelta(hours=8)))


def test_an_instant_is_kept_as_utc_to_the_microsecond() -> None:
    instant = AT + timedelta(microseconds=1)
    assert as_text(instant) == "2026-11-10T02:00:00.000001Z"
    assert from_text(as_text(instant)) == instant
    long_ago = datetime(469, 10, 23, tzinfo=UTC)
    assert from_text(as_text(long_ago)) == long_ago


def test_nothing_said_is_a_frame_of_the_same_shape() -> None:
    assert said_frame([]).schema == SAID
    assert said_by(said_frame([]), AT).height == 0


def test_an_entry_that_was_taken_back_before_its_own_instant_never_counts() -> None:
    later = AT + timedelta(hours=1)
    entries = [
        Said("snoozed", "wang", "x", later, entry=1),
        Said("undone", "wang", "x", later, about="entry", value="1", entry=2),
    ]
    assert said_by(said_frame(entries), datetime(2027, 1, 1, tzinfo=UTC)).height == 0
