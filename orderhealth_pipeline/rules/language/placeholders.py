"""Placeholders in the texts of rules: a name, and how a number is written.

What belongs here: which placeholders a text may have. What does not: filling them in.
"""

from __future__ import annotations

import re
import string
from typing import Final

from orderhealth_pipeline.messages import Message

_NAME: Final = re.compile(r"([a-z][a-z0-9_]*)?")
_FORMAT: Final = re.compile(r",?(\.[0-6])?[%f]?")


def placeholders(text: str) -> tuple[str, ...]:
    """Name the placeholders of a text, in its order. Raises ValueError for anything but names and formats.

    A format is that of a number, such as `.1%`: no width, which may be endless, no type that a number has
    not, and no attribute or item of what stands behind a name.
    """
    try:
        parts = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        raise ValueError("a brace has no partner; write {{ or }} for a brace itself") from None
    for _, name, form, conversion in parts:
        if name is None or not _NAME.fullmatch(name) or conversion is not None:
            raise ValueError(
                Message(
                    "{{{name}}} is no placeholder; a name alone is expected, such as {{value}}",
                    name=_short(name),
                )
            )
        if not _FORMAT.fullmatch(form or ""):
            raise ValueError(
                Message(
                    "{{{name}:{form}}} is no format of a number; allowed are {{{name}}}, {{{name}:,}}, "
                    "{{{name}:.2f}}, {{{name}:%}} and {{{name}:.1%}}",
                    name=name,
                    form=_short(form),
                )
            )
    return tuple(name for _, name, _, _ in parts if name is not None)


def _short(text: str | None) -> str:
    return (text or "")[:40]
