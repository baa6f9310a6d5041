"""Texts from outside without what a reader does not see but a terminal or a page obeys.

What belongs here: control sequences, invisible signs and signs that turn the direction of reading. What does
not: hiding what names a person (masking.py), and any form's own markup.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

_SEQUENCES: Final = (
    # Operating system commands and their like carry a text of any length: titles, links, the clipboard.
    "(?:\x1b[\\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)?",
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?",
    "\x1b[ -/]*[0-~]?",
)
_SIGNS: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb]"
)
LINES: Final = "[\u2028\u2029]"
EDGES: Final = "^[\\s\u3000]+|[\\s\u3000]+$"

OBEYED: Final = "|".join((*_SEQUENCES, _SIGNS))
"""What is taken out of a text: in Polars and in Python it means the same."""

_OBEYED: Final = re.compile(OBEYED)
_OTHER_LINE: Final = re.compile(LINES)
_EDGES: Final = re.compile(EDGES, re.ASCII)


def plain(text: str) -> str:
    """Take out control sequences, control characters other than tab and line break, and invisible signs."""
    return _OTHER_LINE.sub(" ", _OBEYED.sub("", text))


def trimmed(text: str) -> str:
    """Do the same, and take blanks off both ends."""
    return _EDGES.sub("", plain(text))


def plain_column(text: pl.Expr) -> pl.Expr:
    """Do the same for a column of texts."""
    return text.str.replace_all(OBEYED, "").str.replace_all(LINES, " ")
