"""The findings that people speak of, and what becomes of them: explained by a word, or open again.

What belongs here: which words are in force, which findings they speak of, and the labels. What does not:
where words are kept (desk/), `exceptions.yml` (exceptions.py), and explanations that records give by
themselves (a rule's own file).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from orderhealth_pipeline.said import said_by

WORDS: Final = pl.Schema(
    {
        "position": pl.Int64(),
        "kind": pl.String(),
        "rule_id": pl.String(),
        "about": pl.String(),
        "value": pl.String(),
        "said_at": pl.Datetime("us", "UTC"),
        "evidence": pl.String(),
    }
)
"""Words in force, by position: of several that speak of one finding the first counts.

`rule_id` is null where all rules are meant; `evidence` is the word itself as JSON text."""

RECORDS: Final = pl.Schema({"about": pl.String(), "value": pl.String(), "order_id": pl.String()})
"""What orders consist of: the SKUs of their lines, the waybills of their parcels."""

COLUMN_OF: Final = {
    "order": "order_id",
    "buyer": "buyer_id",
    "address": "address_key",
    "shop": "shop",
    "warehouse": "warehouse",
    "carrier": "carrier",
}
"""The columns of an order by which words speak of it."""

IDENTIFIED_BY: Final = {**COLUMN_OF, "sku": "sku", "waybill": "waybill_no"}
"""What evidence calls the thing that a word is about."""

EXPLAINING: Final = ("snoozed", "allow_listed", "false_alarm")
VERDICTS: Final = ("confirmed", "false_alarm")

_FINDING: Final = ("order_id", "rule_id")
_KEY: Final = "exception"


def words_in_force(
    said: pl.DataFrame, as_of: datetime, zone: ZoneInfo, resolutions: pl.DataFrame
) -> pl.DataFrame:
    """Return the words (WORDS) that count at `as_of`, of a log (SAID, file entries first).

    The newest verdict on a finding counts alone. A false alarm is spent when its finding was over at or after
    the word: `resolutions` has order_id, rule_id and resolved_at.
    """
    instant = pl.lit(as_of.astimezone(UTC), WORDS["said_at"])
    counting = (
        said_by(said.with_row_index("place"), as_of)
        .filter(
            pl.col("kind").is_in([*EXPLAINING, *VERDICTS]),
            pl.col("until").is_null() | (pl.col("until") > instant),
            # A snooze that comes and goes is about messages: findings would open and end with the clock.
            (pl.col("kind") != "snoozed") | pl.col("what").is_null(),
        )
        # Words that expire do not move those behind them: a file's entries have no number of their own.
        .with_columns(position=pl.coalesce("entry", pl.col("place").cast(pl.Int64) - 2**32))
    )
    is_verdict = pl.col("kind").is_in(VERDICTS)
    newest = (
        counting.filter(is_verdict)
        .sort("said_at", "position")
        .unique(["value", "rule_id"], keep="last", maintain_order=True)
    )
    over = (
        resolutions.filter(pl.col("resolved_at") < pl.lit(as_of))
        .group_by(_FINDING)
        .agg(pl.max("resolved_at"))
    )
    is_spent = (pl.col("kind") == "false_alarm") & (pl.col("resolved_at") >= pl.col("said_at"))
    verdicts = (
        newest.join(over, left_on=["value", "rule_id"], right_on=_FINDING, how="left", nulls_equal=True)
        .filter(~is_spent.fill_null(value=False))
        .drop("resolved_at")
    )
    words = pl.concat([counting.filter(~is_verdict), verdicts]).sort("position")
    evidence = [_evidence(word, zone) for word in words.iter_rows(named=True)]
    return words.with_columns(evidence=pl.Series(evidence, dtype=pl.String)).select(list(WORDS))


def changed_words(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return the words (WORDS) that count in one of two sets alone."""
    columns = list(WORDS)
    return pl.concat(
        [
            one.join(other, on=columns, how="anti", nulls_equal=True)
            for one, other in ((before, now), (now, before))
        ]
    )


def spoken_of(
    findings: pl.DataFrame, orders: pl.DataFrame, records: pl.DataFrame, words: pl.DataFrame
) -> pl.DataFrame:
    """Return the findings that words speak of: order_id, rule_id, position, kind, evidence.

    `findings` has order_id (null for the system as a whole) and rule_id, `orders` the columns of COLUMN_OF.
    """
    rules = findings.select("rule_id").unique()
    words = pl.concat(
        [
            words.filter(pl.col("rule_id").is_not_null()),
            words.filter(pl.col("rule_id").is_null()).drop("rule_id").join(rules, how="cross"),
        ],
        how="diagonal",
    )
    kinds = set(words["about"].unique())
    columns = [COLUMN_OF[kind] for kind in COLUMN_OF if kind in kinds and kind != "order"]
    about = findings.select(_FINDING).join(orders.select("order_id", *columns), on="order_id", how="left")
    matched = [_speaking(about, records, words.filter(about=kind), kind) for kind in sorted(kinds)]
    return pl.concat([_nothing_spoken(), *matched])


def with_words(
    findings: pl.DataFrame, orders: pl.DataFrame, records: pl.DataFrame, words: pl.DataFrame
) -> pl.DataFrame:
    """Return findings (FINDINGS_SCHEMA), those that are open and spoken of explained by the first word."""
    explaining = words.filter(pl.col("kind").is_in(EXPLAINING))
    if explaining.is_empty() or findings.is_empty():
        return findings
    said = (
        spoken_of(findings.filter(state="open"), orders, records, explaining)
        .sort("position")
        .unique(_FINDING, keep="first", maintain_order=True)
        .select(*_FINDING, said="kind", words="evidence")
    )
    is_said = pl.col("said").is_not_null()
    return (
        findings.join(said, on=_FINDING, how="left", nulls_equal=True)
        .with_columns(
            state=pl.when(is_said).then(pl.lit("explained")).otherwise("state"),
            explained_by=pl.coalesce("explained_by", "said"),
            evidence=pl.when(is_said)
            .then(pl.col("evidence").str.strip_suffix("}") + f',"{_KEY}":' + pl.col("words") + "}")
            .otherwise("evidence"),
        )
        .select(findings.columns)
        .sort("order_id", "rule_id", nulls_last=True)
    )


def without_words(findings: pl.DataFrame) -> pl.DataFrame:
    """Return findings as they were before anybody said something of them: what `with_words` added is gone.

    A quotation mark within a text is escaped, so what is cut off here stands in no text.
    """
    is_said = pl.col("explained_by").is_in(EXPLAINING)
    nothing = pl.lit(None, pl.String)
    return findings.with_columns(
        state=pl.when(is_said).then(pl.lit("open")).otherwise("state"),
        evidence=pl.when(is_said)
        .then(pl.col("evidence").str.replace(rf',"{_KEY}":\{{.*$', "}"))
        .otherwise("evidence"),
        explained_by=pl.when(is_said).then(nothing).otherwise("explained_by"),
    )


def values_about(words: Iterable[pl.DataFrame], kind: str) -> list[str]:
    """Return the values that words of one kind are about."""
    return sorted({value for each in words for value in each.filter(about=kind)["value"].drop_nulls()})


def _speaking(about: pl.DataFrame, records: pl.DataFrame, words: pl.DataFrame, kind: str) -> pl.DataFrame:
    columns = (*_FINDING, "position", "kind", "evidence")
    words = words.select("rule_id", "value", "position", "kind", "evidence")
    if kind == "everything":
        return about.join(words, on="rule_id").select(columns)
    if kind == "system":
        return about.filter(pl.col("order_id").is_null()).join(words, on="rule_id").select(columns)
    if kind in COLUMN_OF:
        found = about.join(words, left_on=["rule_id", COLUMN_OF[kind]], right_on=["rule_id", "value"])
        return found.select(columns)
    of_orders = records.filter(about=kind).select("order_id", "value").unique()
    return about.join(of_orders, on="order_id").join(words, on=["rule_id", "value"]).select(columns)


def _nothing_spoken() -> pl.DataFrame:
    schema = {name: WORDS[name] for name in ("rule_id", "position", "kind", "evidence")}
    return pl.DataFrame(schema={"order_id": pl.String(), **schema})


def _evidence(word: dict[str, Any], zone: ZoneInfo) -> str:
    """Write a word as JSON text: who said it, why, when, until when, and about what."""
    said = {
        "who": word["who"],
        "why": word["why"],
        "said_at": word["said_at"].astimezone(zone).isoformat(),
        "until": word["until"] and word["until"].astimezone(zone).isoformat(),
        "entry": word["entry"],
        IDENTIFIED_BY.get(word["about"], ""): word["value"],
    }
    given = {name: value for name, value in said.items() if value is not None}
    return json.dumps(given, ensure_ascii=False, sort_keys=True)
