"""What every step shares: the pool, the retries, the run's instant, and how a user's mistake is shown.

What belongs here: the terms on which steps run. What does not: the steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import dagster as dg

from orderhealth_pipeline.errors import BusyStoreError, OrderHealthError
from orderhealth_pipeline.setting_values import sensible_instant
from orderhealth_pipeline.settings import Settings

STORE_POOL: Final = "store"
"""Steps of this pool write the store; dagster.yaml lets one run at a time have it."""

AS_OF_TAG: Final = "orderhealth/as_of"
"""A run with this tag evaluates that instant (ISO 8601 with offset) instead of its own start."""

AHEAD_TAG: Final = "orderhealth/ahead"
"""A run with this tag may be for an instant that is later than its own start."""

RECORD_TAG: Final = "orderhealth/record"
"""A run with this tag records also an instant before the newest evaluated one."""

SECONDS_UNTIL_TRIED_AGAIN: Final = (2, 4, 8, 16)
"""How long a busy store is waited for: together longer than a sensor or a run on the command line has it."""


def run_as_of(tags: dict[str, str], started_at: datetime, configured: datetime | None = None) -> datetime:
    """Return the instant that a run is for, UTC: of its tag, else the configured one, else when it started.

    Raises dagster's Failure where the tag is no instant with an offset, and where the instant is later than
    the start, unless another tag says that it is meant.
    """
    as_of = _asked_instant(tags, started_at, configured)
    if as_of > started_at and AHEAD_TAG not in tags:
        raise dg.Failure(
            f"{as_of.isoformat()} is later than the clock, {started_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}; "
            f"correct the tag {AS_OF_TAG}, or `as_of` of the configuration, or add the tag {AHEAD_TAG} if it "
            "is meant.",
            allow_retries=False,
        )
    return as_of


def _asked_instant(tags: dict[str, str], started_at: datetime, configured: datetime | None) -> datetime:
    tag = tags.get(AS_OF_TAG)
    if tag is None:
        return (configured or started_at).astimezone(UTC).replace(microsecond=0)
    try:
        as_of = datetime.fromisoformat(tag)
        as_of = as_of if as_of.tzinfo is None else sensible_instant(as_of)
    except ValueError:
        as_of = None
    if as_of is None or as_of.tzinfo is None:
        raise dg.Failure(
            f"The tag {AS_OF_TAG} is '{tag}'; an instant with an offset is expected, such as "
            "2026-11-10T20:00:00+08:00.",
            allow_retries=False,
        )
    return as_of.astimezone(UTC)


def current_as_of(settings: Settings) -> datetime:
    """Return the instant of the run whose step is asking; all its steps, retries included, share it.

    Asked for and not handed in, because Dagster refuses a `context` whose annotation is a text.
    """
    context = dg.AssetExecutionContext.get()
    record = context.instance.get_run_record_by_id(context.run.run_id)
    if record is None:
        raise dg.Failure(f"The run {context.run.run_id} was deleted while it ran.", allow_retries=False)
    started_at = (
        record.create_timestamp
        if record.start_time is None
        else datetime.fromtimestamp(record.start_time, UTC)
    )
    return run_as_of(dict(context.run.tags), started_at, settings.as_of)


@contextmanager
def readable_mistakes() -> Iterator[None]:
    """Show a mistake that a user can repair as its message; only a busy store is worth another try.

    Not by a retry policy: with one Dagster takes the end that a person makes of a run for a failed try.
    """
    try:
        yield
    except BusyStoreError as error:
        tries = dg.AssetExecutionContext.get().retry_number
        seconds = SECONDS_UNTIL_TRIED_AGAIN[min(tries, len(SECONDS_UNTIL_TRIED_AGAIN) - 1)]
        raise dg.RetryRequested(len(SECONDS_UNTIL_TRIED_AGAIN), seconds) from dg.Failure(str(error))
    except OrderHealthError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
