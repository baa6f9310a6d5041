"""Reads what the score is made of: points that rules, shops, warehouses and carriers cost, and the funnel.

What belongs here: score_attribution and system_funnel. What does not: findings and sources.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final, get_args

from orderhealth_pipeline.process.milestones import FEED_OF
from orderhealth_pipeline.report.model import Contribution, Dimension, FunnelStep
from orderhealth_pipeline.report.model_findings import RuleResult
from orderhealth_pipeline.report.model_input import Source
from orderhealth_pipeline.report.read.reading import Reading
from orderhealth_pipeline.report.read.tables import Row
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.score.attribution import UNKNOWN
from orderhealth_pipeline.words import FUNNEL_STEPS, Step

_CENT: Final = Decimal("0.01")
_DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)


def read_attribution(reading: Reading) -> dict[Dimension, tuple[Contribution, ...]]:
    """Read the points lost per value of every dimension, now and in the previous run, the dearest first."""
    rows = reading.tables.rows(
        "run/select_attribution", as_of=reading.as_of, previous_as_of=reading.previous_as_of
    )
    by_dimension = {
        dimension: [row for row in rows if row["dimension"] == dimension] for dimension in _DIMENSIONS
    }
    for members in by_dimension.values():
        print_adding_up(members, "points")
        print_adding_up(members, "previous_points")
    return {
        dimension: tuple(_contribution(reading, row) for row in members)
        for dimension, members in by_dimension.items()
    }


def print_adding_up(rows: Sequence[Row], column: str) -> None:
    """Round points to what is printed, so that the printed points add up to their printed sum.

    The store keeps two decimals more. What rounding down leaves over goes to those it took most from.
    """
    exact = {place: Decimal(row[column]) for place, row in enumerate(rows) if row[column] is not None}
    printed = {place: points.quantize(_CENT, ROUND_FLOOR) for place, points in exact.items()}
    left = sum(exact.values(), Decimal(0)).quantize(_CENT) - sum(printed.values(), Decimal(0))
    by_loss = sorted(exact, key=lambda place: printed[place] - exact[place])
    for place in by_loss[: int(left / _CENT)]:
        printed[place] += _CENT
    for place, points in printed.items():
        rows[place][column] = float(points)


def _contribution(reading: Reading, row: Row) -> Contribution:
    value = row["value"]
    if row["dimension"] == "rule":
        label = reading.rule_title(value)
    else:
        label = reading.texts("no_value") if value == UNKNOWN else mask_text(value)
    return Contribution(
        value=value, label=label, points=row["points"], previous_points=row["previous_points"]
    )


def read_funnel(
    reading: Reading, rules: Sequence[RuleResult], sources: Sequence[Source]
) -> tuple[FunnelStep, ...]:
    """Read the orders of every step in the order's way, and how many are stuck before it.

    An order with an open finding is stuck before the first step that its rule watches and that it has not
    reached. A rule of the system as a whole breaks its steps by being hit. The figures of a step are unproven
    where a rule that watches it is unknown, or the feed that tells of it missing, stale or damaged.
    """
    rows = reading.tables.rows(
        "run/select_funnel", as_of=reading.as_of, previous_as_of=reading.previous_as_of
    )
    by_step = {row["step"]: row for row in rows}
    watching = {
        step: [rule_id for rule_id, rule in reading.rules.items() if step in rule.steps]
        for step in FUNNEL_STEPS
    }
    unusable = {
        source.feed: reading.texts(
            "feed_in_state", feed=source.title, state=reading.texts.word("state", source.state)
        )
        for source in sources
        if source.state != "fresh"
    }
    stuck = _count_stuck(reading, watching)
    return tuple(
        _funnel_step(
            reading,
            by_step[step],
            stuck[step],
            [rule for rule in rules if rule.rule_id in rule_ids],
            unusable.get(FEED_OF[step]),
        )
        for step, rule_ids in watching.items()
        if step in by_step
    )


def _count_stuck(reading: Reading, watching: Mapping[Step, Sequence[str]]) -> Counter[str]:
    stuck: Counter[str] = Counter()
    for row in reading.tables.rows("run/count_stuck_orders", as_of=reading.as_of):
        steps = [step for step, rule_ids in watching.items() if row["rule_id"] in rule_ids]
        if steps:
            stuck[row["next_step"] if row["next_step"] in steps else steps[0]] += row["orders"]
    return stuck


def _funnel_step(
    reading: Reading, row: Row, overdue: int, watching: Sequence[RuleResult], unusable_feed: str | None
) -> FunnelStep:
    unknown = [rule.title for rule in watching if rule.outcome == "unknown"]
    return FunnelStep(
        label=reading.texts.word("step", row["step"]),
        overdue=overdue,
        system_rules=tuple(rule.title for rule in watching if rule.is_system_level and rule.outcome == "hit"),
        unknown=(unusable_feed,) if unusable_feed else tuple(unknown),
        **row,
    )
