"""What is known of the system besides its active orders: records of no order, unknown words, earlier results.

What belongs here: these facts as frames, and what the declared counts (system_counts.yml) count of them. What
does not: finding the facts (pipeline/evaluation/system_facts.py) and rules about them (evaluate_counts.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import polars as pl

from orderhealth_pipeline.frames import INSTANT, MONEY, ParameterValue

ORPHANS: Final = pl.Schema(
    {
        "kind": pl.String(),
        "feed": pl.String(),
        "key": pl.String(),
        "order_id": pl.String(),
        "since": INSTANT,
        "amount": MONEY,
    }
)
"""One row per record that names an order which the storefront does not know."""

UNKNOWN_WORDS: Final = pl.Schema(
    {"feed": pl.String(), "column_name": pl.String(), "word": pl.String(), "rows": pl.Int64()}
)

RESULTS: Final = pl.Schema({"rule_id": pl.String(), "evaluated": pl.Int64(), "open": pl.Int64()})
"""How many orders a rule about orders looked at, and how many open findings it has."""

EARLIER: Final = pl.Schema({"day": pl.Date(), **RESULTS})
"""The same at the last evaluation of each earlier day."""

RATE_UNIT: Final = 10**9
"""Shares are compared as whole billionths, which every evaluator counts alike."""

NORMAL_MAD: Final = Decimal("1.4826")
"""What a median absolute deviation is multiplied with to stand for a standard deviation."""

_SIX_DIGITS: Final = Decimal("0.000001")


@dataclass(frozen=True)
class SystemFacts:
    """What counts are counted of, at `as_of`: ORPHANS, UNKNOWN_WORDS, EARLIER and, of now, RESULTS.

    `today` is the day of `as_of` in the store's zone.
    """

    as_of: datetime
    today: date
    orphans: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ORPHANS))
    unknown_words: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNKNOWN_WORDS))
    earlier: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=EARLIER))
    results: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RESULTS))


@dataclass(frozen=True)
class Counted:
    """How many there are, and what shows it."""

    count: int
    evidence: Mapping[str, Any]


Parameters = Mapping[str, ParameterValue]


def breaks(facts: SystemFacts, parameters: Parameters) -> pl.DataFrame:
    """Return the orphans (ORPHANS) that are older than `older_than_minutes`, oldest first.

    A record without any instant of its own has no age, and is none.
    """
    age = timedelta(minutes=float(number_of(parameters, "older_than_minutes")))
    return facts.orphans.filter(pl.col("since") < facts.as_of - age).sort("since", "feed", "key", "order_id")


def _orphan_records(facts: SystemFacts, parameters: Parameters) -> Counted:
    found = breaks(facts, parameters)
    by_feed = found.group_by("feed").len().sort("len", "feed", descending=[True, False]).rows()
    since = found["since"].min()
    return Counted(
        found.height,
        {
            "by_feed": ", ".join(f"{feed} {count}" for feed, count in by_feed),
            "oldest_since": since.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(since, datetime) else None,
        },
    )


def _unknown_words(facts: SystemFacts, parameters: Parameters) -> Counted:  # noqa: ARG001 - takes none
    """Count the words; evidence names their columns alone, because a shifted column may hold names."""
    by_column = facts.unknown_words.group_by("feed", "column_name").agg(pl.col("rows").sum())
    columns = by_column.sort("rows", "feed", "column_name", descending=[True, False, False]).rows()
    named = ", ".join(f"{feed}.{column} {rows}" for feed, column, rows in columns)
    return Counted(facts.unknown_words.height, {"columns": named})


def _shifted_rules(facts: SystemFacts, parameters: Parameters) -> Counted:
    shifts = list(_shifts(facts, parameters))
    named = [f"{shift['rule_id']} {shift['rate']:.2%} ({shift['median']:.2%})" for shift in shifts]
    return Counted(len(shifts), {"rules": ", ".join(named), "shifts": shifts})


def _shifts(facts: SystemFacts, parameters: Parameters) -> Iterator[dict[str, Any]]:
    """Return every rule whose share of open findings is far above the median of earlier days.

    Far above is by more than `deviations` × (1.4826 × the median absolute deviation + `margin`).
    """
    deviations, margin = (
        number_of(parameters, name).quantize(_SIX_DIGITS) for name in ("deviations", "margin")
    )
    rate = pl.col("open") * RATE_UNIT // pl.col("evaluated")
    since = facts.today - timedelta(days=int(number_of(parameters, "window_days")))
    days = facts.earlier.filter(pl.col("evaluated") > 0, pl.col("day") >= since)
    earlier = days.group_by("rule_id").agg(rates=rate)
    now = facts.results.filter(pl.col("evaluated") > 0).with_columns(rate=rate)
    for rule_id, evaluated, is_open, current, rates in now.join(earlier, on="rule_id").sort("rule_id").rows():
        if len(rates) < number_of(parameters, "evaluations_at_least"):
            continue
        # Twice the median, and four times the deviation, are whole numbers.
        median2 = _middle(rates)
        mad4 = _middle([abs(2 * each - median2) for each in rates])
        allowed4 = deviations * (NORMAL_MAD * mad4 + 4 * RATE_UNIT * margin)
        if 4 * current - 2 * median2 > allowed4:
            yield {
                "rule_id": rule_id,
                "open": is_open,
                "evaluated": evaluated,
                "rate": current / RATE_UNIT,
                "median": median2 / 2 / RATE_UNIT,
                "mad": mad4 / 4 / RATE_UNIT,
            }


def _middle(numbers: Sequence[int]) -> int:
    """Return twice the median."""
    ordered = sorted(numbers)
    return ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]


def number_of(parameters: Parameters, name: str) -> Decimal:
    """Return a parameter that is a number. Raises TypeError for a text or a list."""
    value = parameters[name]
    if isinstance(value, str | tuple):
        raise TypeError(f"{name} is no number")
    return Decimal(value)


COUNTS: Final[Mapping[str, Callable[[SystemFacts, Parameters], Counted]]] = {
    "orphan_records": _orphan_records,
    "unknown_words": _unknown_words,
    "shifted_rules": _shifted_rules,
}
"""Every declared count."""
