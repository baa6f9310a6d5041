"""Instants as people write them into expectations: without an offset they are in the store's zone.

What belongs here: reading one. What does not: what it is for.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, ValidationInfo


def _in_store_zone(value: object, info: ValidationInfo) -> object:
    """Read an instant; without an offset it is in the zone that the context holds."""
    if not isinstance(value, str):
        return value
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("an instant is expected, such as 2026-11-11T09:00:00+08:00") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=info.context)


def _as_utc(instant: datetime) -> datetime:
    """Two instants of one zone are compared by their clocks, which are set back once a year."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("an instant is expected, such as 2026-11-11T09:00:00+08:00") from None


ZonedInstant = Annotated[
    AwareDatetime, AfterValidator(_as_utc), BeforeValidator(_in_store_zone), Field(strict=True)
]
"""An instant, UTC; the context of the validation is the zone."""
