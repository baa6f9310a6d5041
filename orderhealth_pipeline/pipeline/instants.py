"""The instant that a run is asked for, read and held against the clock.

What belongs here: from what a person said to an instant. What does not: where it was said.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.setting_values import sensible_instant
from orderhealth_pipeline.settings import Settings


def asked_instant(
    as_of_text: str | None, settings: Settings, clock: datetime, *, is_ahead: bool = False
) -> datetime:
    """Return the instant that is asked for, UTC: by --as-of, else by the settings, else by the clock.

    Raises ConfigurationError for one that is later than the clock, unless `is_ahead` says that it is meant:
    what has not happened yet would be missing, and what has would be too old to count.
    """
    if as_of_text is not None:
        as_of = read_instant(as_of_text, settings.zone)
    else:
        as_of = (settings.as_of or clock).astimezone(UTC)
    if is_ahead or as_of <= clock:
        return as_of
    late = Message(
        "{as_of} is later than the clock of this machine, {clock}; correct it, or add --ahead if it is meant",
        as_of=as_of.isoformat(),
        clock=f"{clock:%Y-%m-%dT%H:%M:%SZ}",
    )
    if as_of_text is not None:
        raise ConfigurationError(Message("--as-of: {late}", late=late))
    raise settings.blamed(("as_of",), ConfigurationError(late))


def read_instant(text: str, zone: ZoneInfo, option: str = "--as-of") -> datetime:
    """Read an option as UTC: ISO 8601, without an offset in `zone`. Raises ConfigurationError."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            Message(
                "{option}: '{text}' is no ISO 8601 instant; expected such as 2026-11-10T20:00:00+08:00",
                option=option,
                text=text[:60],
            )
        ) from None
    try:
        return sensible_instant(instant if instant.tzinfo else instant.replace(tzinfo=zone))
    except ValueError as error:
        raise ConfigurationError(Message("{option}: {error}", option=option, error=error)) from None
