"""What platforms charge, as `expectations/penalties.yml` says it.

What belongs here: the schema of the file, and reading it. What does not: whom it strikes (at_stake.py), and
what was charged in fact (ledger.py). The program knows no platform's price: terms change, and each merchant
has a contract of its own, so every figure names its source.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.language.declarations import Identifier
from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import FrozenModel, Keys, read_model

PENALTIES_FILE: Final = "penalties.yml"

Amount = Annotated[Decimal, Field(gt=0, lt=10**9)]


class Term(FrozenModel):
    """What one order costs: a `fixed` sum, or a `share` of its amount, at least and at most so much."""

    fixed: Amount | None = None
    share: Annotated[Decimal, Field(gt=0, le=10)] | None = None
    at_least: Amount | None = None
    at_most: Amount | None = None
    source: str = Field(min_length=1, max_length=500)

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.fixed is None) == (self.share is None):
            raise ValueError("either `fixed` or `share` is expected")
        if self.fixed is not None and (self.at_least or self.at_most):
            raise ValueError("`at_least` and `at_most` are bounds of a `share`")
        if self.at_least and self.at_most and self.at_least > self.at_most:
            raise ValueError("at_least must not be above at_most")
        return self


class Platform(FrozenModel):
    """The terms of one platform for the orders of its `shops`, in its currency."""

    title: Text
    shops: tuple[str, ...] = Field(min_length=1)
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    rules: dict[Identifier, Term] = Field(min_length=1)


class Penalties(FrozenModel):
    """The file: platforms by name."""

    platforms: dict[Identifier, Platform] = Field(default_factory=dict)

    @property
    def rules(self) -> frozenset[str]:
        """The rules that cost something somewhere."""
        return frozenset(rule for platform in self.platforms.values() for rule in platform.rules)


def read_penalties(expectations: Path, rules: Collection[str]) -> Penalties:
    """Read `penalties.yml` of a folder of expectations; a folder without one has no terms.

    Raises ConfigurationError, with file and line, where it is wrong, names a rule that there is not, or gives
    a shop to two platforms.
    """
    file = expectations / PENALTIES_FILE
    if not file.exists():
        return Penalties()
    lines: dict[Keys, int] = {}
    penalties = read_model(file, Penalties, lines=lines)
    taken: dict[str, str] = {}
    for name, platform in penalties.platforms.items():
        for rule in platform.rules:
            if rule not in rules:
                reason = Message(
                    "there is no rule '{rule_id}'; there are: {known}", rule_id=rule, known=", ".join(rules)
                )
                line = lines.get(("platforms", name, "rules", rule))
                raise ConfigurationError(reason, file=file, line=line)
        for place, shop in enumerate(platform.shops):
            if taken.setdefault(shop, name) != name:
                reason = Message(
                    "the shop '{shop}' is on the platform '{other}' already", shop=shop, other=taken[shop]
                )
                line = lines.get(("platforms", name, "shops", place))
                raise ConfigurationError(reason, file=file, line=line)
    return penalties
