"""Conditions that can never hold, such as more than 5 and below 3 of one feature.

What belongs here: finding them before a rule is used. What does not: anything about a certain order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise, product
from typing import Any, Final

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.language.condition import Comparison, Group
from orderhealth_pipeline.words import fold

_MOST_TERMS: Final = 512
"""Conditions with more alternatives than these are not looked at: nobody writes them by hand."""

Literal_ = tuple[Comparison, bool]
Term = tuple[Literal_, ...]


def contradiction(condition: Comparison | Group) -> str | None:
    """Say what contradicts itself in a condition that can never hold; None where it may hold.

    What is compared is taken to be able to have every value. Figures that differ by place are not looked at.
    """
    terms = list(_terms(condition, holds=True))
    if len(terms) > _MOST_TERMS:
        return None
    reasons = [_why_impossible(term) for term in terms]
    if not reasons or any(reason is None for reason in reasons):
        return None
    return reasons[0]


def _terms(condition: Comparison | Group, *, holds: bool) -> Iterator[Term]:
    """Return the alternatives under which a condition holds (or does not), each a list of comparisons."""
    if isinstance(condition, Comparison):
        yield ((condition, holds),)
        return
    # None of them holds where all of them do not; not all hold where any does not.
    needs_all = holds if condition.join in {"all", "none"} else not holds
    members = [list(_terms(each, holds=holds != (condition.join == "none"))) for each in condition.members]
    if not needs_all:
        for alternatives in members:
            yield from alternatives
        return
    count = 1
    for alternatives in members:
        count *= len(alternatives)
        if count > _MOST_TERMS:
            yield from (() for _ in range(_MOST_TERMS + 1))
            return
    for chosen in product(*members):
        yield tuple(literal for term in chosen for literal in term)


def _why_impossible(term: Term) -> str | None:
    looks: dict[Any, list[Literal_]] = {}
    for leaf, is_true in term:
        if leaf.number_operator is None or not leaf.threshold.places:
            looks.setdefault(_looked_at(leaf), []).append((leaf, is_true))
    for literals in looks.values():
        candidates = _candidates(leaf for leaf, _ in literals)
        if not any(
            all(_holds_of(leaf, value) == is_true for leaf, is_true in literals) for value in candidates
        ):
            said = " and ".join(_said(leaf, is_true) for leaf, is_true in literals)
            return Message("this can never hold: {name} {said}", name=literals[0][0].name, said=said)
    return None


def _looked_at(leaf: Comparison) -> Any:
    look = (leaf.feature, leaf.column, leaf.waiting, leaf.took, leaf.same, leaf.nth_order_of)
    return (*map(str, look), tuple(sorted((key, str(value)) for key, value in leaf.with_.items())))


def _candidates(leaves: Iterable[Comparison]) -> list[Any]:
    """List values of which one satisfies the comparisons if any value does."""
    values: list[Any] = [None, True, False]
    numbers: set[Decimal] = set()
    words: set[str] = set()
    for leaf in leaves:
        if leaf.number_operator is not None:
            numbers.add(leaf.threshold.default)
        words |= {fold(word) for word in leaf.words}
    ordered = sorted(numbers)
    between = [(low + high) / 2 for low, high in pairwise(ordered)]
    edges = [ordered[0] - 1, ordered[-1] + 1] if ordered else []
    return [*values, *ordered, *between, *edges, *sorted(words), "\0".join(sorted(words)), "\0"]


def _holds_of(leaf: Comparison, value: Any) -> bool:
    if leaf.is_missing is not None:
        return leaf.is_missing == (value is None)
    if leaf.is_ is not None:
        return value is leaf.is_
    if leaf.number_operator is not None:
        return isinstance(value, Decimal) and _compares(leaf.number_operator, value, leaf.threshold.default)
    if not isinstance(value, str):
        return False
    words = {fold(word) for word in leaf.words}
    if leaf.text_operator == "contains_any":
        return any(word in value for word in words)
    return (value in words) == (leaf.text_operator == "is_one_of")


def _compares(name: str, value: Decimal, threshold: Decimal) -> bool:
    return {
        "more_than": value > threshold,
        "at_least": value >= threshold,
        "below": value < threshold,
        "at_most": value <= threshold,
    }[name]


def _said(leaf: Comparison, is_true: bool) -> str:  # noqa: FBT001 - one of two values of a pair
    figure = leaf.threshold.default if leaf.number_operator else ", ".join(leaf.words)
    said = f"{leaf.operator} {figure}".strip()
    return said if is_true else f"not {said}"
