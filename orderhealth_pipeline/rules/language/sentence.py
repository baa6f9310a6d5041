"""A condition read back as a sentence, in Chinese or English.

What belongs here: putting a condition's words together. What does not: the words (sentence_words.yml), and
what features and columns are called (their declarations).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from orderhealth_pipeline.declared.status_words import is_of_status, status_word
from orderhealth_pipeline.rules.language.condition import Comparison, Group, Join
from orderhealth_pipeline.rules.language.looks import CountOf, Key
from orderhealth_pipeline.words import (
    Locale,
    Milestone,
    NumberOperator,
    Place,
    TextOperator,
    words_of,
    write_duration,
)
from orderhealth_pipeline.yaml_files import FrozenModel

_FILE: Final = Path(__file__).with_name("sentence_words.yml")

_SIGNS: Final = {"more_than": ">", "at_least": "≥", "below": "<", "at_most": "≤"}

TitleOf = Callable[[str], str]
"""What a feature or a column is called in the language of the sentence."""

FigureOf = Callable[[Comparison], str]
"""What stands for the figure of a comparison, such as its number, or its name in braces."""


class SentenceWords(FrozenModel):
    """The words of one language, as sentence_words.yml has them."""

    all: str
    any: str
    none: str
    group: str
    number: dict[NumberOperator, str]
    text: dict[TextOperator, str]
    text_of_one: dict[TextOperator, str]
    is_true: str
    is_false: str
    is_missing: str
    is_known: str
    word: str
    between_words: str
    by_place: str
    at_place: str
    between_places: str
    places: dict[Place, str]
    column: str
    waiting: str
    took: str
    same_count: str
    same_sum: str
    nth_order_of: str
    counts: dict[CountOf, str]
    keys: dict[Key, str]
    milestones: dict[Milestone, str]
    units: dict[str, str]


def sentence_words(locale: Locale) -> SentenceWords:
    """Return the words of a language."""
    return words_of(_FILE, SentenceWords, locale)


class _Names(NamedTuple):
    """What looks and figures are called."""

    title_of: TitleOf
    figure_of: FigureOf
    locale: Locale


def sentence(
    condition: Comparison | Group, locale: Locale, title_of: TitleOf, figure_of: FigureOf | None = None
) -> str:
    """Return the condition as a sentence without a full stop, with the figures that it has or other ones."""
    words = words_of(_FILE, SentenceWords, locale)
    names = _Names(title_of, figure_of or (lambda leaf: _number(leaf.threshold.default)), locale)
    return _joined(condition, words, names, outer=None)


def formula(condition: Comparison | Group) -> str:
    """Return the condition as a formula, such as `a > 5 and (b < 3 or not c)`."""
    if isinstance(condition, Group):
        word = " and " if condition.join == "all" else " or "
        joined = word.join(
            f"({formula(member)})"
            if isinstance(member, Group) and len(condition.members) > 1
            else formula(member)
            for member in condition.members
        )
        return f"not ({joined})" if condition.join == "none" else joined
    look = condition.name
    if condition.shape not in {None, "column"}:
        given = ", ".join(str(value) for _, value in condition.shape_request().parameters)
        look = f"{condition.shape}({given})"
    if condition.number_operator is not None:
        places = [f"{name}: {number}" for _, name, number in condition.threshold.by_place()]
        figure = " ".join([str(condition.threshold.default), *(f"({each})" for each in places)])
        return f"{look} {_SIGNS[condition.number_operator]} {figure}"
    if condition.is_ is not None:
        return look if condition.is_ else f"not {look}"
    if condition.is_missing is not None:
        return f"{look} {'is missing' if condition.is_missing else 'is known'}"
    return f"{look} {condition.operator} [{', '.join(condition.words)}]"


def look_title(leaf: Comparison, locale: Locale, title_of: TitleOf) -> str:
    """Return what a comparison looks at, as a noun."""
    return _look(leaf, words_of(_FILE, SentenceWords, locale), title_of)


def _joined(condition: Comparison | Group, words: SentenceWords, names: _Names, outer: Join | None) -> str:
    if isinstance(condition, Comparison):
        return _compared(condition, words, names)
    members = [_joined(member, words, names, condition.join) for member in condition.members]
    if condition.join == "none":
        return words.none.format(members=words.group.format(members=words.any.join(members)))
    text = (words.all if condition.join == "all" else words.any).join(members)
    is_inside = outer not in {None, condition.join} and len(members) > 1
    return words.group.format(members=text) if is_inside else text


def _compared(leaf: Comparison, words: SentenceWords, names: _Names) -> str:
    look = _look(leaf, words, names.title_of)
    if leaf.number_operator is not None:
        return words.number[leaf.number_operator].format(look=look, figure=_figure(leaf, words, names))
    if leaf.text_operator is not None:
        texts = words.text if len(leaf.words) > 1 else words.text_of_one
        named = words.between_words.join(words.word.format(word=word) for word in _called(leaf, names))
        return texts[leaf.text_operator].format(look=look, words=named)
    if leaf.is_ is not None:
        return (words.is_true if leaf.is_ else words.is_false).format(look=look)
    return (words.is_missing if leaf.is_missing else words.is_known).format(look=look)


def _called(leaf: Comparison, names: _Names) -> Sequence[str]:
    """Return the words of a comparison as people call them: statuses have names, all others are their own."""
    is_status = leaf.column is not None and is_of_status(leaf.column)
    return [status_word(word, names.locale) for word in leaf.words] if is_status else leaf.words


def _look(leaf: Comparison, words: SentenceWords, title_of: TitleOf) -> str:
    if leaf.waiting is not None:
        since, for_ = words.milestones[leaf.waiting.since], words.milestones[leaf.waiting.for_]
        return words.waiting.format(since=since, for_=for_)
    if leaf.took is not None:
        from_, to = words.milestones[leaf.took.from_], words.milestones[leaf.took.to]
        return words.took.format(from_=from_, to=to)
    if leaf.same is not None:
        span = write_duration(leaf.same.within)
        within = words.units[span[-1]].format(n=span[:-1])
        key = words.keys[leaf.same.key]
        if leaf.same.count is None:
            return words.same_sum.format(within=within, key=key)
        return words.same_count.format(within=within, key=key, what=words.counts[leaf.same.count])
    if leaf.nth_order_of is not None:
        return words.nth_order_of
    return words.column.format(title=title_of(leaf.name))


def _figure(leaf: Comparison, words: SentenceWords, names: _Names) -> str:
    threshold, default = leaf.threshold, names.figure_of(leaf)
    if not threshold.places:
        return default
    places = words.between_places.join(
        words.at_place.format(place=words.places[place], name=name, figure=_number(number))
        for place, name, number in threshold.by_place()
    )
    return words.by_place.format(default=default, places=places)


def _number(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
