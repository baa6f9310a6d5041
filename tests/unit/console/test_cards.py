"""Conditions as cards: every shipped condition survives the way through a form, and buttons move cards."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import yaml

from orderhealth_pipeline.console.editing.cards import Card, acted, cards_from, cards_of, condition_of
from orderhealth_pipeline.resources import expectations_folder

TEXT = """\
hit_when:
  all:
    - {column: remark, contains_any: [加急, urgent]}
    - any:
        - {waiting: {since: paid, for: outbound}, more_than: {default: 240, warehouse: {GZ: 720}}, as: late}
        - {same: {key: phone, within: 24h, sum: amount}, at_least: 0.50}
    - none: [{column: province, is_missing: true}]
"""


def _fields(card: Card) -> Iterator[tuple[str, str]]:
    """Return what a form of these cards sends, in its order."""
    if not card.is_group:
        yield "leaf", "1"
        yield from ((f"card.{name}", value) for name, value in card.fields.items())
        return
    yield "open", card.join
    for each in card.members:
        yield from _fields(each)
    yield "close", "1"


def _sent(card: Card) -> Card:
    found = cards_from(_fields(card))
    assert found is not None
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return float(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def test_every_condition_survives_the_way_through_a_form() -> None:
    for file in (
        each
        for each in expectations_folder().glob("*/*.yml")
        if each.parent.name not in {"profiles", "tiers"}
    ):
        text = file.read_text(encoding="utf-8")
        expected = yaml.safe_load(text).get("hit_when", {})
        if "count" not in expected and "share_below" not in expected:
            assert _plain(condition_of(_sent(cards_of(text)))) == _plain(expected), file.name
    assert _plain(condition_of(_sent(cards_of(TEXT)))) == _plain(yaml.safe_load(TEXT)["hit_when"])


def _looks(card: Card) -> Any:
    return [_looks(each) for each in card.members] if card.is_group else card.fields["look"].split(":")[-1]


@pytest.mark.parametrize(
    ("act", "after"),
    [
        ("", ["remark", ["waiting", "same"], ["province"]]),
        ("down:1", [["remark", "waiting", "same"], ["province"]]),
        ("down:3", ["remark", ["same", "waiting"], ["province"]]),
        ("up:3", ["remark", "waiting", ["same"], ["province"]]),
        ("down:4", ["remark", ["waiting"], "same", ["province"]]),
        ("up:5", ["remark", ["province"], ["waiting", "same"]]),
        ("remove:3", ["remark", ["same"], ["province"]]),
        ("remove:6", ["remark", ["waiting", "same"]]),
        ("remove:2", ["remark", ["province"]]),
        ("add:2", ["remark", ["waiting", "same", "amount"], ["province"]]),
        ("group:0", ["remark", ["waiting", "same"], ["province"], ["amount"]]),
        ("up:1", ["remark", ["waiting", "same"], ["province"]]),
        ("remove:99", ["remark", ["waiting", "same"], ["province"]]),
        ("dance:1", ["remark", ["waiting", "same"], ["province"]]),
    ],
)
def test_buttons_move_cards(act: str, after: Any) -> None:
    assert _looks(acted(cards_of(TEXT), act)) == after


def test_the_last_card_stays() -> None:
    alone = cards_of("hit_when: {column: amount, at_least: 5}")
    assert _looks(acted(alone, "remove:1")) == ["amount"]
    assert condition_of(alone) == {"column": "amount", "at_least": 5}
