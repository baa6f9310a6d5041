"""`alerting:` in the configuration: the figures of the alert policy.

What belongs here: its shape. What does not: who hears of what (expectations/owners.yml), and deciding.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.setting_values import Duration
from orderhealth_pipeline.yaml_files import FrozenModel, Keys

Dimension = Literal["shop", "warehouse", "carrier"]
DIMENSIONS: Final[tuple[Dimension, ...]] = ("shop", "warehouse", "carrier")

PLATFORM_LIMIT: Final = 20 * 60
"""Messages an hour that every platform takes: DingTalk and WeCom take 20 a minute."""

_DAYTIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)")
_RECOVERS_ABOVE: Final = Decimal(3)


class Daytime(FrozenModel):
    """Hours of the day, `begin` included and `end` not; over midnight where it ends before it begins."""

    begin: time
    end: time

    def holds(self, now: datetime, zone: ZoneInfo) -> bool:
        """Say whether an instant lies in it."""
        clock = now.astimezone(zone).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"


def read_daytime(value: Any) -> Any:
    """Read `22:00-08:00`. Raises ValueError."""
    if isinstance(value, Daytime):
        return value
    found = _DAYTIME.fullmatch(str(value).strip())
    if found is None or found[1] + found[2] == found[3] + found[4]:
        raise ValueError("hours of the day are expected, such as 22:00-08:00")
    return Daytime(begin=time(int(found[1]), int(found[2])), end=time(int(found[3]), int(found[4])))


Hours = Annotated[Daytime, BeforeValidator(read_daytime), PlainSerializer(str)]


class PlaceLines(FrozenModel):
    """The score of a place below which a breach opens, and from which on it closes: three points above."""

    threshold: Annotated[Decimal, Field(gt=0, le=100)]
    recover: Annotated[Decimal, Field(gt=0, le=100)]

    @model_validator(mode="before")
    @classmethod
    def _may_be_one_number(cls, value: Any) -> Any:
        if isinstance(value, str | int | float | Decimal):
            value = {"threshold": value}
        if isinstance(value, dict) and "threshold" in value and "recover" not in value:
            try:
                value = {**value, "recover": min(Decimal(str(value["threshold"])) + _RECOVERS_ABOVE, 100)}
            except ArithmeticError:
                value = {**value, "recover": Decimal(100)}
        return value

    @model_validator(mode="after")
    def _recovers_above(self) -> Self:
        if self.recover < self.threshold:
            raise ValueError("recover must not be below threshold")
        return self


class Inhibition(FrozenModel):
    """While a case of the rule `cause` is open, cases of the rules `mutes` are not told."""

    cause: str
    mutes: tuple[str, ...] = Field(min_length=1)


class AlertingSettings(FrozenModel):
    """The policy's figures.

    `thresholds` of places: `{warehouse: {GZ: 80}}`. `budget` is how many messages an hour a channel gets at
    most, `budget_a_day` how many in 24 hours; `quiet_hours` are those of roles.
    """

    thresholds: dict[Dimension, dict[str, PlaceLines]] = Field(default_factory=dict)
    worse_by: Annotated[Decimal, Field(gt=0, le=100)] = Decimal(3)
    reminder_every: Duration = timedelta(hours=4)
    budget: Annotated[int, Field(ge=1, le=PLATFORM_LIMIT)] = 12
    budget_a_day: Annotated[int, Field(ge=1)] = 40
    quiet_hours: dict[str, Hours] = Field(default_factory=dict)
    inhibit: tuple[Inhibition, ...] = ()
    heartbeat_every: Duration = timedelta(days=7)

    @model_validator(mode="after")
    def _has_room_for_an_hour(self) -> Self:
        if self.budget_a_day < self.budget:
            raise ValueError(
                Message(
                    "budget_a_day ({a_day}) must not be below budget ({an_hour})",
                    a_day=self.budget_a_day,
                    an_hour=self.budget,
                )
            )
        return self

    def lines_of(self, subject: str) -> PlaceLines | None:
        """Return the lines of a place such as `warehouse:GZ`, if it has any."""
        dimension, _, value = subject.partition(":")
        places = next((some for name, some in self.thresholds.items() if name == dimension), {})
        return places.get(value)

    def unknown_names(
        self, roles: Collection[str], rules: Collection[str]
    ) -> Iterator[tuple[Keys, ConfigurationError]]:
        """Return every role and rule that it names and that there is not, with the keys it stands below."""
        for role in self.quiet_hours:
            if role not in roles:
                yield (
                    ("quiet_hours", role),
                    ConfigurationError(
                        Message(
                            "there is no role '{role}'; there are: {known}",
                            role=role,
                            known=", ".join(roles) or "-",
                        )
                    ),
                )
        for number, each in enumerate(self.inhibit):
            named: dict[Keys, str] = {("inhibit", number, "cause"): each.cause}
            named |= {("inhibit", number, "mutes", place): rule for place, rule in enumerate(each.mutes)}
            for keys, rule_id in named.items():
                if rule_id not in rules:
                    reason = Message(
                        "there is no rule '{rule_id}'; there are: {known}",
                        rule_id=rule_id,
                        known=", ".join(rules),
                    )
                    yield keys, ConfigurationError(reason)
