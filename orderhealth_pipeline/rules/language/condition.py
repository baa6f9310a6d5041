"""A condition: one comparison, or all, any or none of several conditions.

What belongs here: the shape of a condition as a file writes it, and walking through it. What does not:
evaluating it (holds.py for Polars, validation/ for SQL) and writing it as a sentence (sentence.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator, model_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.language.declarations import Declarations, exactly_one, require_known
from orderhealth_pipeline.rules.language.looks import KIND_OF, Kind, Look
from orderhealth_pipeline.rules.language.threshold import Threshold
from orderhealth_pipeline.words import (
    NUMBER_OPERATORS,
    TEXT_OPERATORS,
    NumberOperator,
    TextOperator,
    fold,
)
from orderhealth_pipeline.yaml_files import FrozenModel, Keys

DEEPEST: Final = 4
"""How deep conditions may be nested."""

_MOST_LEAVES: Final = 40
_OPERATORS: Final = (*NUMBER_OPERATORS, *TEXT_OPERATORS, "is", "is_missing")
_FITTING: Final[dict[Kind, tuple[str, ...]]] = {
    "number": (*NUMBER_OPERATORS, "is_missing"),
    "text": (*TEXT_OPERATORS, "is_missing"),
    "boolean": ("is", "is_missing"),
    "instant": ("is_missing",),
}

Join = Literal["all", "any", "none"]
Word = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[tuple[Word, ...], Field(min_length=1, max_length=1000)]


class Comparison(Look):
    """One look and one operator. It does not hold where the value is missing; only `is_missing` can.

    `as` names its figure, for profiles, `--set` and texts.
    """

    as_: Annotated[str | None, Field(alias="as", pattern=r"^[a-z][a-z0-9_]*$")] = None
    more_than: Threshold | None = None
    at_least: Threshold | None = None
    below: Threshold | None = None
    at_most: Threshold | None = None
    is_one_of: Words | None = None
    is_not_one_of: Words | None = None
    contains_any: Words | None = None
    is_: Annotated[bool | None, Field(alias="is", strict=True)] = None
    is_missing: Annotated[bool | None, Field(strict=True)] = None

    @field_validator("is_one_of", "is_not_one_of", "contains_any", mode="after")
    @classmethod
    def _says_something(cls, words: tuple[str, ...] | None) -> tuple[str, ...] | None:
        empty = [word for word in words or () if not fold(word)]
        if empty:
            raise ValueError("a word of blanks alone says nothing")
        return words

    @model_validator(mode="after")
    def _has_one_operator(self, info: ValidationInfo) -> Self:
        given = [name for name in _OPERATORS if self._value(name) is not None]
        if len(given) != 1:
            raise ValueError(exactly_one(_OPERATORS, given))
        kind = self._kind(info)
        if kind is not None and given[0] not in _FITTING[kind]:
            raise ValueError(
                Message(
                    "'{name}' is a {kind}: {fitting} can be asked of it, not {given}",
                    name=self.name,
                    kind=kind,
                    fitting=", ".join(_FITTING[kind]),
                    given=given[0],
                )
            )
        return self

    def _value(self, name: str) -> Any:
        return getattr(self, "is_" if name == "is" else name)

    def _kind(self, info: ValidationInfo) -> Kind | None:
        """Return what kind of value it looks at, as far as the context tells."""
        if self.shape not in {None, "column"}:
            return "number"
        context: Declarations | None = info.context
        if context is None:
            return None
        if self.column is not None:
            return KIND_OF[context.columns[self.column].type]
        return "boolean" if context.features[str(self.feature)].unit is None else "number"

    @property
    def operator(self) -> str:
        """The operator that is given."""
        return next(name for name in _OPERATORS if self._value(name) is not None)

    @property
    def number_operator(self) -> NumberOperator | None:
        """The operator, where it compares numbers."""
        return next((name for name in NUMBER_OPERATORS if self._value(name) is not None), None)

    @property
    def text_operator(self) -> TextOperator | None:
        """The operator, where it compares texts."""
        return next((name for name in TEXT_OPERATORS if self._value(name) is not None), None)

    @property
    def threshold(self) -> Threshold:
        """What numbers are compared with. Raises TypeError where something else is compared."""
        if self.number_operator is None:
            raise TypeError(f"the comparison of {self.name} has no figure")
        threshold: Threshold = self._value(self.number_operator)
        return threshold

    @property
    def words(self) -> tuple[str, ...]:
        """What texts are compared with, as they are written."""
        return () if self.text_operator is None else tuple(self._value(self.text_operator))

    @property
    def figure(self) -> str:
        """What profiles, `--set` and texts call its figure."""
        return self.as_ or self.name

    def with_figure(self, number: Decimal) -> Self:
        """Return the comparison with another figure; figures by place stay."""
        operator = self.number_operator
        return self.model_copy(update={str(operator): self.threshold.with_default(number)})


def _kind_of_condition(value: Any) -> str:
    if isinstance(value, Group):
        return "group"
    return "group" if isinstance(value, dict) and {"all", "any", "none"} & value.keys() else "comparison"


class Group(FrozenModel):
    """`all`, `any` or `none` of its members holds; exactly one of the three is given."""

    all_: Annotated[tuple[Condition, ...] | None, Field(alias="all", min_length=1)] = None
    any_: Annotated[tuple[Condition, ...] | None, Field(alias="any", min_length=1)] = None
    none_: Annotated[tuple[Condition, ...] | None, Field(alias="none", min_length=1)] = None

    @model_validator(mode="after")
    def _joins_in_one_way(self) -> Self:
        given = [members for members in (self.all_, self.any_, self.none_) if members is not None]
        if len(given) != 1:
            raise ValueError("exactly one of all, any, none is expected; put the others inside it")
        if depth(self) > DEEPEST:
            raise ValueError(Message("conditions may be nested at most {deepest} deep", deepest=DEEPEST))
        if sum(1 for _ in comparisons(self)) > _MOST_LEAVES:
            raise ValueError(Message("at most {most} comparisons make a condition", most=_MOST_LEAVES))
        return self

    @property
    def join(self) -> Join:
        """How its members are joined."""
        return "all" if self.all_ is not None else "any" if self.any_ is not None else "none"

    @property
    def members(self) -> tuple[Condition, ...]:
        """Its members, in the order of the file."""
        return self.all_ or self.any_ or self.none_ or ()

    def with_members(self, members: tuple[Condition, ...]) -> Group:
        """Return a group that joins others in the same way."""
        return self.model_copy(update={f"{self.join}_": members})


Condition = Annotated[
    Annotated[Comparison, Tag("comparison")] | Annotated[Group, Tag("group")],
    Discriminator(_kind_of_condition),
]
"""One comparison, or a group of conditions."""

Group.model_rebuild()


def depth(condition: Comparison | Group) -> int:
    """Return how many groups are nested in each other."""
    if isinstance(condition, Comparison):
        return 0
    return 1 + max(depth(member) for member in condition.members)


def comparisons(condition: Comparison | Group) -> Iterator[Comparison]:
    """Return every comparison, in the order of the file."""
    if isinstance(condition, Comparison):
        yield condition
        return
    for member in condition.members:
        yield from comparisons(member)


def placed_comparisons(condition: Comparison | Group, keys: Keys = ()) -> Iterator[tuple[Keys, Comparison]]:
    """Return every comparison with the keys under which it stands in its file."""
    if isinstance(condition, Comparison):
        yield keys, condition
        return
    for number, member in enumerate(condition.members):
        yield from placed_comparisons(member, (*keys, condition.join, number))


def changed(condition: Comparison | Group, change: Callable[[Comparison], Comparison]) -> Comparison | Group:
    """Return the condition with every comparison changed."""
    if isinstance(condition, Comparison):
        return change(condition)
    return condition.with_members(tuple(changed(member, change) for member in condition.members))


def figures(condition: Comparison | Group) -> dict[str, Threshold]:
    """Return the figures by name; the only comparison's is called `threshold`, too.

    Raises ValueError where two comparisons with a figure have one name.
    """
    leaves = tuple(comparisons(condition))
    named: dict[str, Threshold] = {}
    for leaf in leaves:
        if leaf.number_operator is None:
            continue
        if leaf.figure in named:
            raise ValueError(Message("two figures are called '{name}': use 'as'", name=leaf.figure))
        named[leaf.figure] = leaf.threshold
    if len(leaves) == 1 and named:
        named = {"threshold": leaves[0].threshold, **named}
    return named


def with_figures(condition: Comparison | Group, numbers: dict[str, Decimal]) -> Comparison | Group:
    """Return the condition with other figures, by name. Raises ValueError for a name it does not have."""
    known = figures(condition)
    for name in numbers:
        require_known(name, known, "figure")
    is_alone = "threshold" in known and len(tuple(comparisons(condition))) == 1

    def change(leaf: Comparison) -> Comparison:
        number = numbers.get(leaf.figure, numbers.get("threshold") if is_alone else None)
        return leaf if number is None or leaf.number_operator is None else leaf.with_figure(number)

    return changed(condition, change)
