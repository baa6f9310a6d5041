"""Exceptions: what people said about findings in a file that is kept with the rules.

What belongs here: the schema of `expectations/exceptions.yml`, and its entries as the log has them. What does
not: which findings they speak of (said.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import BeforeValidator, Field, model_validator

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.in_force.zoned import ZonedInstant
from orderhealth_pipeline.rules.language.declarations import Identifier
from orderhealth_pipeline.said import SAID
from orderhealth_pipeline.yaml_files import FrozenModel, Keys, read_model

_FILE: Final = "exceptions.yml"
_ABOUT: Final = {
    "order_id": "order",
    "buyer_id": "buyer",
    "address_key": "address",
    "shop": "shop",
    "warehouse": "warehouse",
    "carrier": "carrier",
    "sku": "sku",
    "waybill_no": "waybill",
}
_TARGETS: Final = tuple(_ABOUT)


def _as_text(value: object) -> object:
    """Identifiers are text, also those that YAML takes for numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_Target = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]


class ExceptionEntry(FrozenModel):
    """One thing that a person said. It counts while `said_at` <= as_of < `until`.

    It speaks of the findings of `rules` for one order, buyer, address, shop, warehouse, carrier, SKU or
    waybill; without any of these, of findings about the system as a whole, which have no order.
    """

    kind: Literal["snoozed", "allow_listed"]
    rules: tuple[Identifier, ...] | Literal["all"]
    order_id: _Target | None = None
    buyer_id: _Target | None = None
    address_key: _Target | None = None
    shop: _Target | None = None
    warehouse: _Target | None = None
    carrier: _Target | None = None
    sku: _Target | None = None
    waybill_no: _Target | None = None
    who: str = Field(min_length=1)
    why: str = Field(min_length=1)
    said_at: ZonedInstant
    until: ZonedInstant

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if len(self._targets) > 1:
            raise ValueError(
                Message(
                    "only one of {targets} is expected, given: {given}",
                    targets=", ".join(_TARGETS),
                    given=", ".join(self._targets),
                )
            )
        if self.until <= self.said_at:
            raise ValueError("until must be later than said_at")
        return self

    @property
    def _targets(self) -> dict[str, str]:
        return self.model_dump(include=set(_TARGETS), exclude_none=True)

    @property
    def target(self) -> tuple[str, str] | None:
        """The column that it looks at and the value there; None for the system as a whole."""
        return next(iter(self._targets.items()), None)


class _ExceptionsFile(FrozenModel):
    exceptions: tuple[ExceptionEntry, ...]


def read_exceptions(
    expectations: Path, zone: ZoneInfo, rule_ids: Iterable[str]
) -> tuple[ExceptionEntry, ...]:
    """Read `exceptions.yml` of a folder of expectations; a folder without one has none.

    Instants without an offset are in `zone`. Raises ConfigurationError when the file is wrong or names a
    rule that is not among `rule_ids`.
    """
    file = expectations / _FILE
    if not file.exists():
        return ()
    lines: dict[Keys, int] = {}
    entries = read_model(file, _ExceptionsFile, context=zone, lines=lines).exceptions
    known = set(rule_ids)
    for number, entry in enumerate(entries, start=1):
        unknown = () if entry.rules == "all" else tuple(rule for rule in entry.rules if rule not in known)
        if unknown:
            raise ConfigurationError(
                Message(
                    "entry {number} names the rule '{unknown}', which does not exist; there are: {known}",
                    number=number,
                    unknown=unknown[0],
                    known=", ".join(sorted(known)),
                ),
                file=file,
                line=lines["exceptions", number - 1, "rules"],
            )
    return entries


def said_in_file(entries: Iterable[ExceptionEntry]) -> pl.DataFrame:
    """Return what a file says as the log has it (SAID): a row per entry and rule, without numbers."""
    rows = [
        {
            "said_at": entry.said_at,
            "who": entry.who,
            "kind": entry.kind,
            "rule_id": rule_id,
            "about": "system" if entry.target is None else _ABOUT[entry.target[0]],
            "value": None if entry.target is None else entry.target[1],
            "until": entry.until,
            "why": entry.why,
        }
        for entry in entries
        for rule_id in ((None,) if entry.rules == "all" else entry.rules)
    ]
    return pl.DataFrame(rows, schema=SAID)
