"""Findings of the store as rows of words: what people read in the list, masked and in their own time.

What belongs here: from the columns of the store to those of the list, all at once. What does not: choosing
findings (finding_list.py) or showing them (spreadsheet.py, terminal_findings.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from orderhealth_pipeline.report.message import SEVERITIES
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.plain_text import plain_column
from orderhealth_pipeline.report.words.sentences import finding_sentence
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.rules.language.model import Rule

PLACES: Final = ("shop", "warehouse", "carrier")

COLUMNS: Final = (
    "rule",
    "order",
    "evidence",
    "to_do",
    "severity",
    "state",
    *PLACES,
    "amount",
    "currency",
    "placed",
    "since",
    "rule_id",
)
"""What the list shows of a finding, in this order; `owner` stands before them where owners share a table."""

_SAID_BY_PEOPLE: Final = ("snoozed", "allow_listed", "false_alarm")


def in_words(
    found: pl.DataFrame,
    rules: Mapping[str, Rule],
    unknown: Sequence[str],
    texts: Texts,
    zone: ZoneInfo,
) -> pl.DataFrame:
    """Return `owner` and `COLUMNS` of every finding, by owner, severity, rule and amount; open ones first.

    An open finding of a rule that is unknown in the latest run stands as it was last seen, and says so.
    Instants are wall times of the zone, which a spreadsheet can hold.
    """
    locale = texts.locale
    # A sentence is made of a text of the rule's own: there is no expression for it.
    sentences = [
        finding_sentence(rules[rule_id], evidence, locale=locale, zone=zone) if rule_id in rules else rule_id
        for rule_id, evidence in found.select("rule_id", "evidence").iter_rows()
    ]
    titles = {rule.id: rule.title.in_locale(locale) for rule in rules.values()}
    owners = {rule.id: rule.owner.in_locale(locale) for rule in rules.values()}
    steps = {rule.id: rule.what_to_do.in_locale(locale) for rule in rules.values()}
    return (
        found.with_columns(
            *(_masked(found, place) for place in PLACES),
            pl.Series("evidence", sentences, dtype=pl.String),
            rule=_looked_up("rule_id", titles).fill_null(pl.col("rule_id")),
            owner=_looked_up("rule_id", owners).fill_null(formats.NOTHING),
            to_do=_looked_up("rule_id", steps).fill_null(formats.NOTHING),
            order=pl.col("order_id").fill_null(texts("whole_system")),
            urgency=_looked_up("severity", {name: place for place, name in enumerate(SEVERITIES)}),
            severity=_looked_up("severity", {name: texts.word("severity", name) for name in SEVERITIES}),
            amount=pl.col("amount").round(2).cast(pl.Decimal(20, 2)),
            state=_state(rules, unknown, texts),
            placed=_wall_time("placed_at", zone),
            since=_wall_time("first_seen_at", zone),
        )
        .sort(
            "owner",
            "urgency",
            "rule_id",
            pl.col("explained_by").is_not_null(),
            "amount",
            "order_id",
            descending=[False, True, False, False, True, False],
            nulls_last=True,
        )
        .select("owner", *COLUMNS)
        .with_columns(plain_column(pl.col(pl.String)))
    )


def _state(rules: Mapping[str, Rule], unknown: Sequence[str], texts: Texts) -> pl.Expr:
    reasons = {name: texts.word("explanation", name) for name in _SAID_BY_PEOPLE}
    for rule in rules.values():
        reasons |= {one.id: one.title.in_locale(texts.locale) for one in rule.explanations}
    is_open = pl.col("state") == "open"
    explained = pl.concat_str(
        pl.lit(texts("explained") + texts("colon")),
        _looked_up("explained_by", reasons).fill_null(pl.col("explained_by")),
    )
    return (
        pl.when(is_open & pl.col("rule_id").is_in(list(unknown)))
        .then(pl.lit(texts("finding_unsure")))
        .when(is_open)
        .then(pl.lit(texts("open")))
        .otherwise(explained)
    )


def _looked_up(column: str, values: Mapping[str, Any]) -> pl.Expr:
    return pl.col(column).replace_strict(dict(values), default=None)


def _masked(found: pl.DataFrame, place: str) -> pl.Expr:
    names = found[place].unique().drop_nulls().to_list()
    return pl.col(place).replace({name: mask_text(name) for name in names})


def _wall_time(column: str, zone: ZoneInfo) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(zone.key).dt.replace_time_zone(None)
