"""Calls about changes that people made of the rules' files: listing, taking back, a second person's word.

What belongs here: requests → decisions. What does not: making changes (rules.py, new_rules.py, calendar.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from orderhealth_pipeline.console.api.call import ApiError, Asked, part_of
from orderhealth_pipeline.console.api.rulebook.asking import change_answer, conflicts, guest_of
from orderhealth_pipeline.console.api.rulebook.models import ChangeList, ChangeOfRules
from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.desk.rule_changes import RuleChange

_LONGEST_NUMBER: Final = 12
_MOST: Final = 5_000


def list_changes(asked: Asked) -> ChangeList:
    """List changes, newest first."""
    guest = guest_of(asked)
    changes = guest.site.rule_changes.newest(asked.query.about, limit=_MOST)
    part, cursor = part_of(changes, asked.query)
    return ChangeList(changes=[change_answer(guest, each.change) for each in part], next=cursor)


def undo_change(asked: Asked) -> ChangeOfRules:
    """Take a published change back."""
    return _decided(asked, "published", publishing.take_back)


def approve_change(asked: Asked) -> ChangeOfRules:
    """Publish what somebody else drafted."""
    return _decided(asked, "waiting", publishing.approve)


def reject_change(asked: Asked) -> ChangeOfRules:
    """Leave a draft unpublished."""
    return _decided(asked, "waiting", publishing.reject)


def _decided(asked: Asked, state: str, act: Callable[[Guest, RuleChange], None]) -> ChangeOfRules:
    guest, text = guest_of(asked), asked.path["change"]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0
    change = guest.site.rule_changes.find(number)
    if change is None:
        raise ApiError(404, "there is no such change")
    if change.state != state:
        raise ApiError(409, f"the change is {change.state}")
    if act is publishing.approve and change.who == guest.person.name:
        raise ApiError(409, "somebody else has to approve your own change")
    with conflicts():
        act(guest, change)
    return change_answer(guest, number)
