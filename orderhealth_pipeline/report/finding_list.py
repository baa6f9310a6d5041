"""The list of findings: every order that a rule has something to say about, in words, ready to be worked off.

What belongs here: choosing findings. What does not: their words (finding_words.py), and the files and tables
that show them (spreadsheet.py, terminal_findings.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from orderhealth_pipeline.errors import ConfigurationError, StoreError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.report.read.tables import StoreTables
from orderhealth_pipeline.report.words.finding_words import PLACES, in_words
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import Locale

_PLACES_NAMED: Final = 20


@dataclass(frozen=True)
class Wanted:
    """Which findings are asked for; an empty tuple asks for any. Owners are named in either language."""

    rules: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    warehouses: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    only_open: bool = False


@dataclass(frozen=True)
class FindingList:
    """Findings in words, masked, instants in the reader's zone: columns as finding_words.py gives them."""

    locale: Locale
    timezone: str
    as_of: datetime
    rows: pl.DataFrame

    @property
    def owners(self) -> tuple[str, ...]:
        """Who has something to do, in the order of the list."""
        return tuple(self.rows["owner"].unique(maintain_order=True))


def read_finding_list(
    con: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    wanted: Wanted,
    *,
    locale: Locale,
    timezone: str,
) -> FindingList:
    """Read the present findings that are wanted.

    Raises StoreError where the store holds no run, and ConfigurationError where a rule, an owner or a place
    is asked for that there is not: a slip must not look like an order chain without findings.
    """
    zone = ZoneInfo(timezone)
    tables = StoreTables(con, zone)
    runs = tables.rows("run/select_run", as_of=None)
    if not runs:
        raise StoreError(
            "The store holds no run yet, so there is nothing to list: start `orderhealth run` first."
        )
    asked = _rules_wanted(rules, wanted, locale)
    _require_places(tables, wanted)
    found = tables.frame(
        "findings/select_current_findings",
        only_open=wanted.only_open,
        rules=asked,
        shops=list(wanted.shops) or None,
        warehouses=list(wanted.warehouses) or None,
        carriers=list(wanted.carriers) or None,
    )
    unknown = [
        row["rule_id"]
        for row in tables.rows("findings/select_rule_results", as_of=runs[0]["as_of"])
        if row["outcome"] == "unknown"
    ]
    rows = in_words(found, rules, unknown, Texts(locale), zone)
    return FindingList(locale=locale, timezone=timezone, as_of=runs[0]["as_of"], rows=rows)


def _rules_wanted(rules: Mapping[str, Rule], wanted: Wanted, locale: Locale) -> list[str] | None:
    """Return the ids of rules and owners that are asked for; null asks for all."""
    for rule_id in wanted.rules:
        if rule_id not in rules:
            raise ConfigurationError(
                Message(
                    "--rule: there is no rule '{rule_id}'; there are: {rules}",
                    rule_id=rule_id,
                    rules=", ".join(rules),
                )
            )
    if not wanted.owners:
        return list(wanted.rules) or None
    owned = {rule_id: {rule.owner.zh.casefold(), rule.owner.en.casefold()} for rule_id, rule in rules.items()}
    for name in wanted.owners:
        if not any(name.casefold() in names for names in owned.values()):
            known = ", ".join(sorted({rule.owner.in_locale(locale) for rule in rules.values()}))
            raise ConfigurationError(
                Message("--owner: no rule belongs to '{name}'; owners are: {known}", name=name, known=known)
            )
    named = {name.casefold() for name in wanted.owners}
    return [rule_id for rule_id in wanted.rules or rules if named & owned[rule_id]]


def _require_places(tables: StoreTables, wanted: Wanted) -> None:
    for place, asked in zip(PLACES, (wanted.shops, wanted.warehouses, wanted.carriers), strict=True):
        if not asked:
            continue
        known = [row["place"] for row in tables.rows("findings/select_places", {"place": place})]
        for value in asked:
            if value not in known:
                names = ", ".join(mask_text(name) for name in known[:_PLACES_NAMED])
                raise ConfigurationError(
                    Message(
                        "--{place}: no order has '{value}'; there are: {names}",
                        place=place,
                        value=mask_text(value),
                        names=names,
                    )
                )
