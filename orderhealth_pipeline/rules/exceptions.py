"""Exceptions: what a person said about findings, with who, why and until when.

What belongs here: the schema of `expectations/exceptions.yml` and which findings its entries speak of.
What does not: the explanations that records give by themselves (a rule's own file).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import AwareDatetime, BeforeValidator, Field, ValidationInfo, model_validator

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.rules.declarations import Identifier
from orderhealth_pipeline.yaml_files import FrozenModel, Keys, read_model

_FILE: Final = "exceptions.yml"
_TARGETS: Final = ("order_id", "buyer_id", "address_key", "shop")


def _as_text(value: object) -> object:
    """Identifiers are text, also those that YAML takes for numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _in_store_zone(value: object, info: ValidationInfo) -> object:
    """Read an instant; without an offset it is in the zone that the context holds."""
    if not isinstance(value, str):
        return value
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("an instant is expected, such as 2026-11-11T09:00:00+08:00") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=info.context)


_Target = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]
_Instant = Annotated[AwareDatetime, BeforeValidator(_in_store_zone), Field(strict=True)]


class ExceptionEntry(FrozenModel):
    """One thing that a person said. It counts while `said_at` <= as_of < `until`.

    It speaks of the findings of `rules` for one order, buyer, address or shop; without any of these, of
    findings about the system as a whole, which have no order.
    """

    kind: Literal["snoozed", "allow_listed"]
    rules: tuple[Identifier, ...] | Literal["all"]
    order_id: _Target | None = None
    buyer_id: _Target | None = None
    address_key: _Target | None = None
    shop: _Target | None = None
    who: str = Field(min_length=1)
    why: str = Field(min_length=1)
    said_at: _Instant
    until: _Instant

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if len(self._targets) > 1:
            raise ValueError(
                f"only one of {', '.join(_TARGETS)} is expected, given: {', '.join(self._targets)}"
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

    def counts_at(self, as_of: datetime) -> bool:
        """Say whether it is in force."""
        return self.said_at <= as_of < self.until

    @property
    def evidence(self) -> str:
        """Who said it, why and until when, as JSON text; instants in ISO 8601."""
        said = self.model_dump(mode="json", include={"who", "why", "said_at", "until"})
        return json.dumps({**said, **self._targets}, ensure_ascii=False, sort_keys=True)


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
                f"entry {number} names the rule '{unknown[0]}', which does not exist;"
                f" there are: {', '.join(sorted(known))}",
                file=file,
                line=lines["exceptions", number - 1, "rules"],
            )
    return entries


def excepted(
    findings: pl.DataFrame, order_fact: pl.DataFrame, entries: Iterable[ExceptionEntry], as_of: datetime
) -> pl.DataFrame:
    """Give the findings that a person spoke of.

    The columns are order_id, rule_id, explained_by (the entry's kind) and explanation_evidence (JSON
    text). `findings` has order_id (null for the system as a whole) and rule_id, `order_fact` one row per
    order with the columns buyer_id, address_key and shop. At most one row per finding: where several
    entries fit, the first one of the file counts.
    """
    said = _counting(entries, as_of)
    rules = findings.select("rule_id").unique()
    said = pl.concat(
        [
            said.filter(pl.col("rule_id").is_not_null()),
            said.filter(pl.col("rule_id").is_null()).drop("rule_id").join(rules, how="cross"),
        ],
        how="diagonal",
    )
    targets = order_fact.select("order_id", *(name for name in _TARGETS if name != "order_id"))
    about = findings.select("order_id", "rule_id").join(targets, on="order_id", how="left")
    return (
        pl.concat([_speaking_of(about, said, target) for target in (*_TARGETS, None)])
        .sort("position")
        .unique(["order_id", "rule_id"], keep="first", maintain_order=True)
        .sort("order_id", "rule_id")
        .select("order_id", "rule_id", "explained_by", "explanation_evidence")
    )


def _counting(entries: Iterable[ExceptionEntry], as_of: datetime) -> pl.DataFrame:
    """Give one row per entry that counts and rule it names; rule_id is null where it names all."""
    rows = [
        (position, rule_id, *(entry.target or (None, None)), entry.kind, entry.evidence)
        for position, entry in enumerate(entries)
        if entry.counts_at(as_of)
        for rule_id in ((None,) if entry.rules == "all" else entry.rules)
    ]
    schema = {
        "position": pl.Int64(),
        "rule_id": pl.String(),
        "target": pl.String(),
        "value": pl.String(),
        "explained_by": pl.String(),
        "explanation_evidence": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _speaking_of(about: pl.DataFrame, said: pl.DataFrame, target: str | None) -> pl.DataFrame:
    columns = ("order_id", "rule_id", "position", "explained_by", "explanation_evidence")
    if target is None:
        system = about.filter(pl.col("order_id").is_null())
        return system.join(said.filter(pl.col("target").is_null()), on="rule_id").select(columns)
    entries = said.filter(pl.col("target") == target)
    return about.join(
        entries, left_on=["rule_id", target], right_on=["rule_id", "value"], how="inner"
    ).select(columns)
