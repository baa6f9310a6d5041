"""Tiers: which rules a shop of some size starts with, and how often they are run.

What belongs here: the schema of `expectations/tiers/<name>.yml` and choosing rules by it. What does not:
other figures for the rules (profiles.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.in_force.named_files import NamedModel, names_in, read_named
from orderhealth_pipeline.rules.language.declarations import Identifier
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import FrozenModel


class OrdersADay(FrozenModel):
    """The size of shop a tier is meant for: orders a day, `at_least` included, `below` not."""

    at_least: Annotated[int, Field(ge=0)] = 0
    below: Annotated[int, Field(gt=0)] | None = None


class RecommendedRun(FrozenModel):
    """When to run, as a cron expression in the store's zone, and what for."""

    cron: str = Field(pattern=r"^(\S+ ){4}\S+$")
    does: Text


class Tier(NamedModel):
    """One file of `tiers/`: the rules that are on for a shop of that size."""

    orders_a_day: OrdersADay
    runs: tuple[RecommendedRun, ...] = Field(min_length=1)
    rules: tuple[Identifier, ...] | Literal["all"]


def read_tier(expectations: Path, name: str) -> Tier:
    """Read one tier of a folder of expectations.

    Raises ConfigurationError when there is none of that name (naming those there are) or its file is wrong.
    """
    return read_named(expectations / "tiers", name, Tier)


def read_tiers(expectations: Path) -> tuple[Tier, ...]:
    """Read every tier of a folder of expectations, by size. Raises ConfigurationError like `read_tier`."""
    tiers = (read_tier(expectations, name) for name in names_in(expectations / "tiers"))
    return tuple(sorted(tiers, key=lambda tier: tier.orders_a_day.at_least))


def apply_tier(rules: Mapping[str, Rule], tier: Tier) -> dict[str, Rule]:
    """Return the rules, by id, with those of the tier enabled and all others disabled.

    Raises ConfigurationError when the tier names a rule that does not exist.
    """
    chosen = set(rules) if tier.rules == "all" else set(tier.rules)
    unknown = sorted(chosen - set(rules))
    if unknown:
        raise tier.wrong(
            Message(
                "the tier '{name}' names the rule '{unknown}', which does not exist; there are: {rules}",
                name=tier.name,
                unknown=unknown[0],
                rules=", ".join(sorted(rules)),
            ),
            "rules",
        )
    return {
        rule_id: rule.model_copy(update={"enabled": rule_id in chosen}) for rule_id, rule in rules.items()
    }
