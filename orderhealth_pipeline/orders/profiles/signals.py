"""The signals of risk that a buyer's history may give, as `expectations/buyer_signals.yml` declares them.

What belongs here: the file. What does not: the measures that signals look at (profile.py).
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.words import NUMBER_OPERATORS, NumberOperator, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

SIGNALS_FILE: Final = "buyer_signals.yml"

Measure = Literal[
    "orders",
    "spend",
    "cancelled_rate",
    "unpaid_rate",
    "return_rate",
    "shared_addresses",
    "shared_phones",
    "bursts",
    "confirmed",
    "false_alarms",
]
"""The columns of buyer_profile that a signal may compare."""

VERDICT_MEASURES: Final[tuple[Measure, ...]] = ("confirmed", "false_alarms")

_SHARES: Final = ("cancelled_rate", "unpaid_rate", "return_rate")
_MOST: Final = 10**9


class Signal(FrozenModel):
    """One signal: a measure compared with a figure, and how much of the risk it stands for."""

    title: Text
    of: Measure
    weight: Decimal = Field(gt=0, lt=1)
    orders_at_least: int = Field(default=1, ge=1, le=_MOST)
    rules: tuple[str, ...] = ()
    more_than: Decimal | None = Field(default=None, ge=0, le=_MOST)
    at_least: Decimal | None = Field(default=None, ge=0, le=_MOST)
    below: Decimal | None = Field(default=None, ge=0, le=_MOST)
    at_most: Decimal | None = Field(default=None, ge=0, le=_MOST)

    @property
    def operator(self) -> NumberOperator:
        """How it compares."""
        return next(name for name in NUMBER_OPERATORS if getattr(self, name) is not None)

    @property
    def figure(self) -> Decimal:
        """What it compares with."""
        figure: Decimal = getattr(self, self.operator)
        return figure

    @field_validator("rules")
    @classmethod
    def _knows_the_rules(cls, rules: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known: Collection[str] | None = info.context
        for rule in rules:
            if known is not None and rule not in known:
                raise ValueError(
                    Message(
                        "there is no rule '{rule_id}'; there are: {known}",
                        rule_id=rule,
                        known=", ".join(known),
                    )
                )
        return rules

    @model_validator(mode="after")
    def _compares_once(self) -> Self:
        given = [name for name in NUMBER_OPERATORS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(Message("exactly one of {names} is expected", names=", ".join(NUMBER_OPERATORS)))
        if self.of in _SHARES and self.figure > 1:
            raise ValueError(Message("{measure} is a share: between 0 and 1 is expected", measure=self.of))
        if self.rules and self.of not in VERDICT_MEASURES:
            raise ValueError(
                Message(
                    "rules are for verdicts ({measures}): {measure} has none",
                    measures=", ".join(VERDICT_MEASURES),
                    measure=self.of,
                )
            )
        return self


class Figures(FrozenModel):
    """What a burst is."""

    burst_orders: int = Field(ge=2, le=1000)
    burst_minutes: Decimal = Field(gt=0, le=1440)
    reorder_minutes: Decimal = Field(gt=0, le=1440)
    forgiven_tries: int = Field(ge=0, le=1000)


class BuyerSignals(FrozenModel):
    """The signals by name, in the order in which reasons are told, and the figures of measures."""

    figures: Figures
    signals: dict[str, Signal] = Field(min_length=1)


def read_signals(expectations: Path, rules: Collection[str] | None = None) -> BuyerSignals:
    """Read `buyer_signals.yml` of a folder of expectations, or the one that comes along where it has none.

    With `rules`, those that signals name must be among them. Raises ConfigurationError with file and line.
    """
    own = expectations / SIGNALS_FILE
    return read_model(own, BuyerSignals, context=rules) if own.exists() else usual_signals()


@cache
def usual_signals() -> BuyerSignals:
    """Return the signals that come along."""
    return read_model(expectations_folder() / SIGNALS_FILE, BuyerSignals)
