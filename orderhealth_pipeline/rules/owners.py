"""Who owns what the rules find: roles, when they work, and how they are reached.

What belongs here: the schema of `expectations/owners.yml`, and which role a rule names. What does not: by
when something is due (cases/), and sending (respond/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.language.declarations import Identifier
from orderhealth_pipeline.words import Text, fold
from orderhealth_pipeline.yaml_files import FrozenModel, Keys, read_model

OWNERS_FILE: Final = "owners.yml"

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|(24:00))")
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
_MONDAY: Final = 0
_SATURDAY: Final = 5

ChannelKind = Literal["dingtalk", "wecom", "feishu", "slack"]
Span = tuple[time, time | None]
Week = tuple[tuple[Span, ...], ...]
"""The spans of each day of a week, Monday first."""


def _read_week(value: Any) -> Any:
    """Read days and hours such as `{mon-fri: "09:00-12:00, 13:00-18:00", sat: "10:00-16:00"}`."""
    if not isinstance(value, dict):
        # A TypeError is no mistake of the file to pydantic.
        raise ValueError('days and hours are expected, such as {mon-fri: "09:00-18:00"}')  # noqa: TRY004
    week: list[list[Span]] = [[] for _ in DAYS]
    for days, hours in value.items():
        for day in read_days(str(days)):
            for begin, end in _read_spans(str(hours)):
                week[day].append((begin, end))
    for spans in week:
        spans.sort(key=lambda span: span[0])
        if any(before[1] is None or before[1] > after[0] for before, after in pairwise(spans)):
            raise ValueError("two spans of one day overlap")
    return tuple(tuple(spans) for spans in week)


def read_days(text: str) -> list[int]:
    """Read days of the week such as `mon-fri` or `sat,sun`, Monday as 0. Raises ValueError."""
    days: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().lower().partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(
                Message(
                    "'{day}' is no day; days are {days}, or mon-fri", day=part.strip(), days=", ".join(DAYS)
                )
            )
        begin, end = DAYS.index(first), DAYS.index(last or first)
        if end < begin:
            raise ValueError(Message("'{span}' ends before it begins", span=part.strip()))
        days += range(begin, end + 1)
    return days


def _read_spans(text: str) -> list[Span]:
    spans: list[Span] = []
    for part in text.split(","):
        found = _SPAN.fullmatch(part.strip())
        if found is None:
            raise ValueError(
                Message("'{span}' is no span of a day, such as 09:00-18:00 or 20:00-24:00", span=part.strip())
            )
        begin = time(int(found[1]), int(found[2]))
        end = None if found[5] else time(int(found[3]), int(found[4]))
        if end is not None and end <= begin:
            raise ValueError(
                Message("'{span}' ends before it begins; over midnight it takes two spans", span=part.strip())
            )
        spans.append((begin, end))
    return spans


Person = Annotated[str, Field(pattern=r"^[A-Za-z0-9+][A-Za-z0-9_.+@-]{0,63}$")]
"""Somebody as a platform knows them: a phone number or a user id; `all` is everybody."""

Mentioned = dict[ChannelKind, tuple[Person, ...]]


class PlaceOfRole(FrozenModel):
    """The people of a role at one place: they are told of the cases of that place alone."""

    shop: str | None = None
    warehouse: str | None = None
    carrier: str | None = None
    channels: tuple[str, ...] = Field(min_length=1)
    mentions: Mentioned = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_one_place(self) -> Self:
        if len(self.place) != 1:
            raise ValueError("one of shop, warehouse and carrier is expected")
        return self

    @property
    def place(self) -> tuple[tuple[str, str], ...]:
        """The kind of place and its name."""
        named = (("shop", self.shop), ("warehouse", self.warehouse), ("carrier", self.carrier))
        return tuple((kind, name) for kind, name in named if name is not None)


class Role(FrozenModel):
    """One role: its title, as rules name it in `owner`, when it works and how it is reached.

    Without `hours` it works around the clock. `holidays` is the country whose public holidays it keeps; a
    day of a weekend that is worked instead counts as a Monday. `channels` are those of the configuration
    that its cases are told on, none: on no channel; `asks` says what else it wants to hear of there (the list
    of `calls` within the `calling_hours`, without any: while it works);
    `mentions` are the people who are named in a message, by kind of channel. `places` are its people who are
    told of one place alone: a case of that place goes to them, every other to `channels`.
    """

    title: Text
    hours: Annotated[Week, BeforeValidator(_read_week)] | None = None
    holidays: Literal["CN"] | None = None
    channels: tuple[str, ...] = ()
    asks: tuple[Literal["score", "sources", "calls"], ...] = ()
    calling_hours: Annotated[Week, BeforeValidator(_read_week)] | None = None
    mentions: Mentioned = Field(default_factory=dict)
    places: tuple[PlaceOfRole, ...] = ()

    @property
    def named_channels(self) -> Iterator[tuple[Keys, str]]:
        """Every channel that it names, and the keys below which it does."""
        yield from ((("channels", number), channel) for number, channel in enumerate(self.channels))
        for at, place in enumerate(self.places):
            for number, channel in enumerate(place.channels):
                yield ("places", at, "channels", number), channel


class Owners(FrozenModel):
    """The file: roles by name.

    `off` and `worked` are days that are holidays, or are worked, whatever the calendar of the country says:
    it is told in November for the year to come. They hold for the roles that keep holidays.
    """

    roles: dict[Identifier, Role]
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def spans_of(self, name: str, day: date, *, is_calling: bool = False) -> Sequence[Span]:
        """Return the spans in which a role works, or calls, on a day: around the clock if nothing is said."""
        role = self.roles.get(name)
        week = role and ((is_calling and role.calling_hours) or role.hours)
        if role is None or not week:
            return ((time(), None),)
        if role.holidays is not None:
            off, worked = _special_days(role.holidays, day.year)
            if day in self.off or (day in off and day not in self.worked):
                return ()
            if day in self.worked or day in worked:
                return week[_MONDAY]
        return week[day.weekday()]

    def role_of(self, owner: Text) -> str:
        """Return the role that a rule's owner names; one that the file does not know goes by its title."""
        titles = {fold(owner.en), fold(owner.zh)}
        known = (
            name
            for name, role in self.roles.items()
            if titles & {fold(role.title.en), fold(role.title.zh), name}
        )
        return next(known, None) or _NO_WORD.sub("_", owner.en.casefold()).strip("_") or owner.en

    def title_of(self, name: str) -> Text | None:
        """Return the title of a role, if the file has it."""
        return self.roles[name].title if name in self.roles else None


def read_owners(expectations: Path) -> Owners:
    """Read `owners.yml` of a folder of expectations; a folder without one has no roles.

    Raises ConfigurationError, with file and line, where it is wrong or two roles have one title.
    """
    file = expectations / OWNERS_FILE
    if not file.exists():
        return Owners(roles={})
    lines: dict[Keys, int] = {}
    owners = read_model(file, Owners, lines=lines)
    titles: dict[str, str] = {}
    for name, role in owners.roles.items():
        for title in {fold(role.title.zh), fold(role.title.en)}:
            if titles.setdefault(title, name) != name:
                raise ConfigurationError(
                    Message(
                        "'{name}' has the title of '{other}': rules could name either",
                        name=name,
                        other=titles[title],
                    ),
                    file=file,
                    line=lines.get(("roles", name, "title")),
                )
    return owners


def require_channels(owners: Owners, known: Sequence[str], expectations: Path) -> None:
    """Raise ConfigurationError, with file and line, where a role names a channel that there is none of."""
    file, lines = expectations / OWNERS_FILE, dict[Keys, int]()
    for name, role in owners.roles.items():
        for keys, channel in role.named_channels:
            if channel not in known:
                read_model(file, Owners, lines=lines)
                raise ConfigurationError(
                    Message(
                        "there is no channel '{channel}' in the configuration; there are: {known}",
                        channel=channel,
                        known=", ".join(known),
                    ),
                    file=file,
                    line=lines.get(("roles", name, *keys)),
                )


@cache
def _special_days(country: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the public holidays of a year, and the days of weekends that are worked instead."""
    # It takes a tenth of a second to import, and most runs ask for no holiday.
    import holidays

    known = holidays.country_holidays(country, years=[year])
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    worked = {day for day in days if day.weekday() >= _SATURDAY and known.is_working_day(day)}
    return frozenset(known), frozenset(worked)
