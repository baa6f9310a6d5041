"""Reasons of rejected rows in the language of who reads them.

What belongs here: from the text that is kept to a message. What does not: the reasons themselves
(values/typing.py, text/bad_lines.py, sheets), and their kinds (rejection_kinds.py).
"""

from __future__ import annotations

import re
from typing import Final

from orderhealth_pipeline.messages import Message, as_message, chinese_of, joined

_BETWEEN: Final = re.compile(r"; (?=[^;:]+: )")
_CELL: Final = re.compile(r"the cell ([A-Z]+\d+) holds (.+)", re.DOTALL)
_ANOTHER: Final = re.compile(r"another (\w+) has it already")
_MORE: Final = re.compile(r"(\d+) more rows, of which the texts are not kept")


def as_reason(reason: str) -> Message:
    """Return a reason as a message: one fault or several, each with the column that it is about, if any."""
    return joined("; ", map(_fault, _BETWEEN.split(reason)))


def _fault(text: str) -> Message:
    column, colon, fault = text.partition(": ")
    if not colon or text in chinese_of():
        return _said(text)
    return Message("{column}: {fault}", column=column, fault=_said(fault))


def _said(text: str) -> Message:
    if found := _CELL.fullmatch(text):
        return Message("the cell {place} holds {found}", place=found[1], found=as_message(found[2]))
    if found := _ANOTHER.fullmatch(text):
        return Message("another {owner} has it already", owner=found[1])
    if found := _MORE.fullmatch(text):
        return Message("{rows} more rows, of which the texts are not kept", rows=found[1])
    return as_message(text)
