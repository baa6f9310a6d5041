"""What a scenario is, and reading the ones in `scenarios.yml`.

What belongs here: the declared parameters of a simulated shop and their limits. What does not: how an order
or a situation is made; a new scenario of known situations is a new entry in the data file and no code.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, Field, model_validator

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.simulate.faults import Faults
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

LARGEST_SITUATION_SHARE = 0.1
LARGEST_SHARE_OF_ALL = 0.6
SCENARIOS_FILE = Path(__file__).parent / "scenarios.yml"


class Arrivals(FrozenModel):
    """When orders are placed: a growing shop, its day and night, and what a promotion adds to them."""

    horizon_days: int = Field(ge=20, le=60)
    oldest_day_share: float = Field(
        gt=0, le=1, description="volume of the oldest day ÷ that of a normal day now"
    )
    rise_hours: int = Field(ge=1, description="the volume climbs from 1 to rise_factor over the last hours")
    rise_factor: float = Field(ge=1)
    rush_hours: int = Field(ge=1)
    rush_factor: float = Field(ge=1)
    hour_weights: tuple[float, ...] = Field(
        min_length=24, max_length=24, description="by the hour in the shop's zone"
    )


class Background(FrozenModel):
    """Shares of the everyday variety among orders that nothing is wrong with."""

    repeat_buyer_share: float = Field(ge=0, le=0.5)
    masked_share: float = Field(ge=0, le=1)
    remark_share: float = Field(ge=0, le=1)
    never_paid_share: float = Field(ge=0, le=0.5)
    withdrawn_share: float = Field(ge=0, le=0.5)
    two_parcels_share: float = Field(ge=0, le=1)
    split_payment_share: float = Field(ge=0, le=1)
    failed_attempt_share: float = Field(ge=0, le=1)
    ticket_share: float = Field(ge=0, le=1)
    return_share: float = Field(ge=0, le=1)
    registered_share: float = Field(ge=0, le=1)
    weekend_gap_share: float = Field(ge=0, le=1)
    several_versions_share: float = Field(ge=0, le=1)


class Scenario(FrozenModel):
    """One kind of day. `situations` gives every situation's share of the orders, by its cause."""

    as_of: AwareDatetime
    smallest: int = Field(ge=200, description="fewest orders for which every situation fits in")
    days_until_completed: tuple[float, float] = Field(description="from delivery; at least one day")
    scanned_share: float | None = Field(
        gt=0.5, lt=0.88, description="scanned ÷ active orders the ERP says shipped; null: carriers keep up"
    )
    arrivals: Arrivals
    background: Background
    situations: dict[str, float]
    faults: Faults = Faults()

    @model_validator(mode="after")
    def _is_possible(self) -> Scenario:
        if not 1 <= self.days_until_completed[0] < self.days_until_completed[1]:
            raise ValueError("days_until_completed needs two rising numbers of at least 1")
        if any(not 0 < share < LARGEST_SITUATION_SHARE for share in self.situations.values()):
            raise ValueError(f"every share in situations lies between 0 and {LARGEST_SITUATION_SHARE}")
        if sum(self.situations.values()) > LARGEST_SHARE_OF_ALL:
            raise ValueError(f"situations take more than {LARGEST_SHARE_OF_ALL:.0%} of the orders")
        return self

    def instant(self, as_of: datetime | None) -> datetime:
        """The asked instant, or the scenario's own, cut to the whole second.

        Raises:
            ConfigurationError: the asked instant has no time zone.
        """
        chosen = self.as_of if as_of is None else as_of
        if chosen.tzinfo is None:
            raise ConfigurationError(
                f"as_of {chosen.isoformat()} has no time zone; add an offset such as +08:00"
            )
        return chosen.replace(microsecond=0)


class Variant(FrozenModel):
    """A scenario told by its difference to another one; `situations` names only those that differ."""

    like: str
    as_of: AwareDatetime
    days_until_completed: tuple[float, float] | None = None
    scanned_share: float | None = None
    faults: Faults = Faults()
    situations: dict[str, float] = Field(default_factory=dict)

    def of(self, scenario: Scenario) -> Scenario:
        """The whole scenario."""
        differences = self.model_dump(exclude={"like", "situations"}, exclude_unset=True)
        situations = scenario.situations | self.situations
        return Scenario.model_validate(scenario.model_dump() | differences | {"situations": situations})


class Scenarios(FrozenModel):
    """The scenarios file: everything that can be simulated, by name."""

    scenarios: dict[str, Scenario]
    variants: dict[str, Variant]

    @model_validator(mode="after")
    def _variants_are_possible(self) -> Scenarios:
        for name, variant in self.variants.items():
            if name in self.scenarios or variant.like not in self.scenarios:
                raise ValueError(
                    f"variant {name} needs a name of its own, and the name of a scenario it is like"
                )
            if unknown := variant.situations.keys() - self.scenarios[variant.like].situations.keys():
                raise ValueError(f"variant {name} names unknown situations: {', '.join(sorted(unknown))}")
            variant.of(self.scenarios[variant.like])
        return self


def scenario_names(file: Path = SCENARIOS_FILE) -> list[str]:
    """Everything that can be simulated, in the order of the file."""
    known = read_model(file, Scenarios)
    return [*known.scenarios, *known.variants]


def load_scenario(name: str, file: Path = SCENARIOS_FILE) -> Scenario:
    """The scenario called `name`.

    Raises:
        ConfigurationError: no such scenario, or the file holds one whose parameters are not possible.
    """
    known = read_model(file, Scenarios)
    if name in known.variants:
        variant = known.variants[name]
        return variant.of(known.scenarios[variant.like])
    if name not in known.scenarios:
        names = sorted([*known.scenarios, *known.variants])
        raise ConfigurationError(
            Message("no scenario is called '{name}'; known: {names}", name=name, names=", ".join(names)),
            file=file,
        )
    return known.scenarios[name]
