"""The terms on which steps run."""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg
import pytest

from orderhealth_pipeline.defs.running import AHEAD_TAG, AS_OF_TAG, readable_mistakes, run_as_of
from orderhealth_pipeline.errors import ConfigurationError, StoreError

STARTED = datetime(2026, 11, 10, 12, 0, 0, 987_654, tzinfo=UTC)


def test_a_run_is_for_the_second_it_started_in() -> None:
    assert run_as_of({}, STARTED) == datetime(2026, 11, 10, 12, 0, tzinfo=UTC)


def test_a_tag_asks_for_another_instant() -> None:
    as_of = run_as_of({AS_OF_TAG: "2026-11-08T20:00:00+08:00"}, STARTED)
    assert as_of == datetime(2026, 11, 8, 12, 0, tzinfo=UTC)


def test_an_instant_ahead_of_the_clock_is_refused_unless_it_is_meant() -> None:
    ahead = {AS_OF_TAG: "2027-11-10T12:00:00+00:00"}
    with pytest.raises(dg.Failure, match="is later than the clock") as caught:
        run_as_of(ahead, STARTED)
    assert not caught.value.allow_retries
    assert run_as_of({**ahead, AHEAD_TAG: ""}, STARTED).year == 2027
    with pytest.raises(dg.Failure, match="is later than the clock"):
        run_as_of({}, STARTED, datetime(2027, 1, 1, tzinfo=UTC))


def test_a_configured_instant_counts_unless_the_tag_asks_for_another() -> None:
    configured = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
    assert run_as_of({}, STARTED, configured) == configured
    assert run_as_of({AS_OF_TAG: "2026-11-08T20:00:00+08:00"}, STARTED, configured).day == 8


@pytest.mark.parametrize("tag", ["yesterday", "2026-11-08T20:00:00"])
def test_a_tag_that_is_no_instant_with_an_offset_says_what_is_expected(tag: str) -> None:
    with pytest.raises(dg.Failure, match="an instant with an offset is expected") as caught:
        run_as_of({AS_OF_TAG: tag}, STARTED)
    assert not caught.value.allow_retries


@pytest.mark.parametrize("error", [StoreError("the disk is full"), ConfigurationError("wrong")])
def test_a_mistake_that_time_does_not_mend_is_not_tried_again(error: Exception) -> None:
    with pytest.raises(dg.Failure, match=str(error)) as caught, readable_mistakes():
        raise error
    assert not caught.value.allow_retries
