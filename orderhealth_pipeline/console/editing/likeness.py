"""What is unusual about one order, as comparisons that find more like it.

What belongs here: holding an order's values against those of all active orders. What does not: cards
(cards.py), and counting whom they find (previews.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.editing.cards import Card, card_of, condition_of
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.declared.features import declared_features
from orderhealth_pipeline.frames import ParameterValue
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.rules.editing.new_rule import Raw, parsed
from orderhealth_pipeline.rules.language.condition import Comparison, Group
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.language.sentence import sentence
from orderhealth_pipeline.rules.rule_docs import measured
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("likeness.yml")
_DIGITS: Final = 2
"""So many digits of a figure say what is meant; more would find the order alone."""


class LikenessFile(FrozenModel):
    """What is looked at, and from which share of orders on a value says something."""

    at_most_share: Decimal
    chosen_share: Decimal
    chosen_at_most: int
    never_chosen: frozenset[str]
    looks: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Likeness:
    """A comparison that holds of the order, in words, and the share of active orders that it holds of."""

    key: str
    condition: Raw
    says: str
    share: float
    is_chosen: bool


@cache
def likeness_file() -> LikenessFile:
    """Return what is looked at."""
    return read_model(_FILE, LikenessFile)


def likenesses(guest: Guest, plan: RunPlan, order_id: str, picked: list[str]) -> list[Likeness] | None:
    """Return what an order has in common with few others, the rarest first; None of one that is not active.

    `picked` are the keys that a person chose; before that the rarest are. Raises StoreError.
    """
    looks = [*likeness_file().looks, *_looks_of_findings(guest, plan, order_id)]
    rule = _rule_of(plan, looks)
    fact = guest.site.previews.facts(plan, guest.site.version(), rule)
    row = fact.filter(pl.col("order_id") == order_id)
    if row.is_empty():
        return None
    found: list[tuple[float, int, Raw]] = []
    for number, (look, leaf) in enumerate(zip(looks, rule.comparisons, strict=True)):
        column = rule.request(leaf).column
        for condition, share in _unusual(look, row[column][0], fact[column]):
            found.append((share, number, condition))
    found.sort(key=lambda each: each[:2])
    chosen = _chosen(found)
    some_rule = next(iter(plan.catalogue.rules.values()))
    return [
        Likeness(
            key := _key(condition),
            condition,
            sentence(parsed(condition), guest.locale, lambda name: measured(some_rule, name, guest.locale)),
            share,
            key in picked if picked else number in chosen,
        )
        for share, number, condition in found
    ]


def cards_of_likenesses(found: list[Likeness]) -> Card:
    """Return cards of those that are chosen."""
    chosen = [each.condition for each in found if each.is_chosen] or [{"column": "amount", "at_least": 1}]
    return card_of({"all": chosen})


def _chosen(found: list[tuple[float, int, Raw]]) -> set[int]:
    """Return the numbers of those that are chosen before anybody picks: the rarest, or the first that may."""
    limits = likeness_file()
    may_be = [each for each in found if each[2].get("column") not in limits.never_chosen] or found
    rare = [number for share, number, _ in may_be if share <= limits.chosen_share]
    return set(rare[: limits.chosen_at_most] or [number for _, number, _ in may_be[:1]])


def _rule_of(plan: RunPlan, looks: list[Raw]) -> Rule:
    """Return a rule that looks at all of it, so that one reading brings every value."""
    leaves = tuple(Comparison.model_validate({**look, "is_missing": False}) for look in looks)
    any_rule = next(iter(plan.catalogue.rules.values()))
    return any_rule.model_copy(
        update={
            "id": "_more_like_it",
            "hit_when": Group.model_validate({"any": leaves}),
            "parameters": {},
            "explanations": (),
            "applies_to": {},
            "case_by": "order",
        }
    )


def _looks_of_findings(guest: Guest, plan: RunPlan, order_id: str) -> list[Raw]:
    """Return the features by which rules hit the order now, with the parameters that these say."""
    with guest.reading() as con:
        findings = sql.read(con, "console/select_findings", {"order_id": order_id})
    looks: list[Raw] = []
    for rule_id in findings.filter(state="open")["rule_id"].unique().sort():
        rule = plan.catalogue.rules.get(rule_id)
        for leaf in () if rule is None else rule.comparisons:
            if rule is None or leaf.feature is None or leaf.number_operator is None:
                continue
            given = _numbers(rule, leaf)
            look = {"feature": leaf.feature, **({"with": given} if given else {})}
            if given is not None and look not in looks:
                looks.append(look)
    return looks


def _numbers(rule: Rule, leaf: Comparison) -> dict[str, ParameterValue] | None:
    """Return the parameters of a feature; None where one of them is no number, which no card has."""
    request = rule.request(leaf)
    given = dict(request.parameters)
    is_plain = all(isinstance(value, int | Decimal) for value in given.values())
    return given if is_plain and leaf.feature in declared_features() else None


def _unusual(look: Raw, value: Any, values: pl.Series) -> Iterator[tuple[Raw, float]]:
    """Yield the comparison that holds of a value and of the fewest others, unless that is most of them."""
    if value is None:
        return
    total, known = values.len(), values.drop_nulls()
    candidates: list[tuple[Raw, float]] = []
    if isinstance(value, bool):
        candidates.append(({**look, "is": value}, _share(known == value, total)))
    elif isinstance(value, str):
        candidates.append(({**look, "is_one_of": [value]}, _share(known == value, total)))
    else:
        number = Decimal(str(value))
        least, most = _rounded(number, ROUND_FLOOR), _rounded(number, ROUND_CEILING)
        # That an order is the only one of its buyer says nothing of it.
        if least > (1 if "same" in look else 0):
            candidates.append(({**look, "at_least": least}, _share(known >= least, total)))
        if not look.keys() & {"waiting", "same"}:
            candidates.append(({**look, "at_most": most}, _share(known <= most, total)))
    for condition, share in sorted(candidates, key=lambda each: each[1])[:1]:
        if share <= likeness_file().at_most_share:
            yield condition, share


def _share(holds: pl.Series, total: int) -> float:
    return int(holds.sum()) / total


def _rounded(number: Decimal, rounding: str) -> Decimal:
    """Round to two digits, whole from ten on; a count below a hundred stays what it is."""
    if not number:
        return Decimal(0)
    digits = max(number.adjusted() - _DIGITS + 1, 0) if number >= 1 else number.adjusted() - _DIGITS + 1
    step = Decimal(1).scaleb(digits)
    # Without an exponent, which polars does not read.
    return Decimal(f"{(number / step).to_integral_value(rounding) * step:f}")


def _key(condition: Raw) -> str:
    """Return what a form calls a comparison: what it looks at."""
    card = card_of(condition)
    raw = condition_of(card)
    parts = [name for name in raw if name not in {"at_least", "at_most", "is", "is_one_of", "with", "as"}]
    return ";".join(f"{name}={raw[name]}" for name in parts)
