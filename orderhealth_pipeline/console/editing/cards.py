"""A condition as cards: from the file to cards, from the fields of a form to a condition, and moving cards.

What belongs here: the tree, and changes of it. What does not: what a card offers (card_choices.py), and
whether the condition makes sense (rules/language).

A form says a tree by the order of its fields: `open` with the way of joining, then the members, then `close`;
`leaf` begins a comparison, whose fields follow. So wherever a card was dragged to, its fields say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import yaml

from orderhealth_pipeline.words import NUMBER_OPERATORS, TEXT_OPERATORS

_JOINS: Final = ("all", "any", "none")
CARD_TOKENS: Final = frozenset({"open", "close", "leaf", "act"})
_PLAIN: Final = frozenset({"feature", "column", "nth_order_of"})
_PARTS: Final = {
    "waiting": ("since", "for"),
    "took": ("from", "to"),
    "same": ("key", "within", "count", "sum"),
}
_MOST_CARDS: Final = 60

Raw = dict[str, Any]
"""A condition as a file has it, all single values as texts."""


@dataclass
class Card:
    """A comparison, or a group of cards. `number` counts them from the top."""

    join: str = ""
    members: list[Card] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def is_group(self) -> bool:
        """Say whether it holds other cards."""
        return bool(self.join)


def cards_of(text: str) -> Card:
    """Return the condition of a rule's file as cards; one comparison alone stands in a group."""
    return card_of(yaml.load(text, Loader=yaml.BaseLoader).get("hit_when", {}))  # noqa: S506 - texts alone


def card_of(condition: Raw) -> Card:
    """Return a condition as cards."""
    card = _card(condition)
    return _numbered(card if card.is_group else Card("all", [card]))


def cards_from(items: Iterable[tuple[str, str]]) -> Card | None:
    """Return the cards that a form says, or None where it says none."""
    root: Card | None = None
    open_groups: list[Card] = []
    for name, value in items:
        if name == "open":
            group = Card(value if value in _JOINS else "all")
            if open_groups:
                open_groups[-1].members.append(group)
            root = root or group
            open_groups.append(group)
        elif name == "close" and open_groups:
            open_groups.pop()
        elif name == "leaf" and open_groups:
            open_groups[-1].members.append(Card())
        elif name.startswith("card.") and open_groups and open_groups[-1].members:
            open_groups[-1].members[-1].fields[name.removeprefix("card.")] = value.strip()
    return None if root is None else _numbered(root)


def condition_of(card: Card, *, is_root: bool = True) -> Raw:
    """Return the condition as a file writes it; a group of one comparison is that comparison."""
    if not card.is_group:
        return _comparison(card.fields)
    members = [condition_of(each, is_root=False) for each in card.members]
    if is_root and len(members) == 1 and card.join != "none":
        return members[0]
    return {card.join: members}


def acted(root: Card, act: str) -> Card:
    """Return the cards after a button: `up:3`, `down:3`, `out:3`, `remove:3`, `add:3`, `group:3`."""
    deed, _, text = act.partition(":")
    number = int(text) if text.isdecimal() else -1
    parent, index = _place(root, number)
    card = root if number == root.number else parent.members[index] if parent else None
    if card is None:
        return root
    if deed in {"add", "group"} and card.is_group and sum(1 for _ in _all(root)) < _MOST_CARDS:
        new = Card(fields={"look": "column:amount", "operator": "at_least", "value": "1000"})
        card.members.append(new if deed == "add" else Card("any", [new]))
    elif parent is not None:
        _move(root, parent, index, deed)
    return _numbered(root)


def _move(root: Card, parent: Card, index: int, deed: str) -> None:
    card = parent.members[index]
    if deed == "remove" and sum(1 for each in _all(root) if not each.is_group) > 1:
        del parent.members[index]
    elif deed in {"up", "down"}:
        other = index + (1 if deed == "down" else -1)
        if 0 <= other < len(parent.members):
            neighbour = parent.members[other]
            del parent.members[index]
            if neighbour.is_group and not card.is_group:
                neighbour.members.insert(0 if deed == "down" else len(neighbour.members), card)
            else:
                parent.members.insert(other, card)
        else:
            _move_out(root, parent, index, after=deed == "down")
    _drop_empty(root)


def _move_out(root: Card, parent: Card, index: int, *, after: bool) -> None:
    """Move a card at the edge of its group out of it, to where the group stands."""
    above, place = _place(root, parent.number)
    if above is not None:
        above.members.insert(place + (1 if after else 0), parent.members.pop(index))


def _drop_empty(group: Card) -> None:
    for each in group.members:
        if each.is_group:
            _drop_empty(each)
    group.members = [each for each in group.members if not each.is_group or each.members]


def _all(card: Card) -> Iterator[Card]:
    yield card
    for each in card.members:
        yield from _all(each)


def _place(root: Card, number: int) -> tuple[Card | None, int]:
    for group in _all(root):
        for index, each in enumerate(group.members):
            if each.number == number:
                return group, index
    return None, 0


def _numbered(root: Card) -> Card:
    for number, card in enumerate(_all(root)):
        card.number = number
    return root


def _card(raw: Raw) -> Card:
    for join in _JOINS:
        if join in raw:
            return Card(join, [_card(each) for each in raw[join]])
    fields: dict[str, str] = {}
    for key, value in raw.items():
        if key in _PLAIN:
            fields["look"] = f"{key}:{value}"
        elif key in _PARTS:
            fields["look"] = key
            fields |= {f"{key}_{part}": str(each) for part, each in value.items()}
        elif key == "with":
            fields |= {f"with.{name}": str(each) for name, each in value.items()}
        elif key == "as":
            fields["as"] = value
        elif isinstance(value, dict):
            fields |= {"operator": key, "value": value.get("default", ""), "places": _places(value)}
        else:
            fields |= {
                "operator": key,
                "value": ", ".join(value) if isinstance(value, list) else _text(value),
            }
    return Card(fields=fields)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _places(by_place: Raw) -> str:
    return "; ".join(
        f"{place} {name} = {number}"
        for place, numbers in by_place.items()
        if isinstance(numbers, dict)
        for name, number in numbers.items()
    )


def _comparison(fields: dict[str, str]) -> Raw:
    look, _, name = fields.get("look", "").partition(":")
    raw: Raw = {look: name} if name else {look: _shape(look, fields)}
    given = {key.removeprefix("with."): _number(value) for key, value in fields.items() if key[:5] == "with."}
    if given:
        raw["with"] = given
    operator, value = fields.get("operator", ""), fields.get("value", "")
    raw[operator] = _figure(operator, value, fields.get("places", ""))
    if fields.get("as"):
        raw["as"] = fields["as"]
    return raw


def _shape(look: str, fields: dict[str, str]) -> Raw:
    parts = {part: fields[f"{look}_{part}"] for part in _PARTS.get(look, ()) if fields.get(f"{look}_{part}")}
    if parts.get("count") == "amount":
        parts["sum"] = parts.pop("count")
    elif "count" in parts:
        parts.pop("sum", None)
    return parts


def _figure(operator: str, value: str, places: str) -> Any:
    if operator in TEXT_OPERATORS:
        return [word for word in (each.strip() for each in _split(value)) if word]
    if operator not in NUMBER_OPERATORS:
        return value != "false"
    by_place: Raw = {}
    for entry in places.replace("；", ";").split(";"):
        place, _, number = entry.partition("=")
        kind, _, name = place.strip().partition(" ")
        if kind:
            by_place.setdefault(kind, {})[name.strip()] = _number(number)
    return {"default": _number(value), **by_place} if by_place else _number(value)


def _split(value: str) -> list[str]:
    return value.replace("，", ",").replace("、", ",").replace("\n", ",").split(",")


def _number(text: str) -> Any:
    """Return a number, or the text itself, which whoever reads the rule says is none."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text.strip()
    if not number.is_finite():
        return text.strip()
    return int(number) if number == int(number) else number
