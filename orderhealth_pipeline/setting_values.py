"""Values that settings are made of, each with its bounds: durations, zones, instants, paths.

What belongs here: reading one value and saying what is expected. What does not: which key has which
(settings/).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, SecretStr

from orderhealth_pipeline.messages import Message

_DURATION: Final = re.compile(r"(\d+)\s*(m|min|h|d)", re.ASCII)
_MINUTES: Final = {"m": 1, "min": 1, "h": 60, "d": 1440}
_LONGEST_DAYS: Final = 3660

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""What an evaluation may be for: windows before it, and waits after it, are still instants."""

_LONGEST_NAME: Final = 255
_LONGEST_PATH: Final = 4000
"""Bytes; what file systems know, with room for the names of copies."""


def known_zone(name: str) -> str:
    """Return an IANA time zone's name back. Raises ValueError, with an example, where it is none."""
    if name not in available_timezones():
        raise ValueError(
            Message(
                "'{name}' is no time zone; an IANA name such as Asia/Shanghai is expected", name=name[:60]
            )
        )
    return name


def sensible_instant(instant: datetime) -> datetime:
    """Return the instant back, UTC. Raises ValueError where no shop has been or will be open then."""
    try:
        is_sensible = EARLIEST <= instant <= LATEST
    except OverflowError:
        is_sensible = False
    if not is_sensible:
        raise ValueError(
            Message(
                "an instant between the years {first} and {last} is expected",
                first=EARLIEST.year,
                last=LATEST.year,
            )
        )
    return instant.astimezone(UTC)


def usable_path(path: Path) -> Path:
    """Return the path back. Raises ValueError where no file system can have it."""
    text = str(path)
    try:
        longest = max((len(part.encode()) for part in path.parts), default=0)
        has_room = longest <= _LONGEST_NAME and len(text.encode()) <= _LONGEST_PATH
    except UnicodeEncodeError:
        return path
    if not has_room:
        raise ValueError(
            Message("a path with names of at most {longest} bytes is expected", longest=_LONGEST_NAME)
        )
    if any(sign < " " or sign == "\x7f" for sign in text):
        raise ValueError("a path without control characters is expected")
    return path


def _duration(value: Any) -> Any:
    """Read `15m`, `2h` or `1d`."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(str(value).strip())
    if found is None:
        raise ValueError("a duration such as 15m, 2h or 1d is expected")
    minutes = int(found.group(1)[:9]) * _MINUTES[found.group(2)]
    if not 1 <= minutes <= _LONGEST_DAYS * 1440:
        raise ValueError(Message("a duration from 1m to {longest}d is expected", longest=_LONGEST_DAYS))
    return timedelta(minutes=minutes)


def _text_only(value: Any) -> Any:
    """Reject numbers and the like here, because pydantic's own error would come with the value."""
    if value is not None and not isinstance(value, str | SecretStr):
        raise ValueError("a text is expected; put it in quotes")
    return value


def _one_or_several(value: Any) -> Any:
    """Put a secret that stands alone into a list; an empty text is none."""
    given = value if isinstance(value, list | tuple) else [] if value is None else [value]
    if any(isinstance(each, str) and not each for each in given):
        raise ValueError("the secret is empty; remove the key where nothing is signed")
    return tuple(given)


def _usable_desk(desk: SecretStr) -> SecretStr:
    """Return the desk's place back, a file or the address of a database. Raises ValueError for neither."""
    place = desk.get_secret_value()
    if not place:
        raise ValueError("a file, or the address of a PostgreSQL database, is expected")
    if "://" not in place:
        usable_path(Path(place))
    return desk


SecretText = Annotated[SecretStr, BeforeValidator(_text_only)]
Secrets = Annotated[tuple[SecretText, ...], BeforeValidator(_one_or_several)]
"""One secret, or a list of those that sign side by side while one is changed for another."""

DeskPlace = Annotated[SecretText, AfterValidator(_usable_desk)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Instant = Annotated[AwareDatetime, AfterValidator(sensible_instant)]
UsablePath = Annotated[Path, AfterValidator(usable_path)]
ZoneName = Annotated[str, AfterValidator(known_zone)]
