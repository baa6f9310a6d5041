"""Answers taken apart without changing them: each record as the text it came as.

What belongs here: places in a JSON text. What does not: what an answer means for a request (client.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, Final

_BLANKS: Final = " \t\n\r"
_DECODER: Final = json.JSONDecoder()


class BrokenAnswerError(ValueError):
    """The text is no JSON, or was cut off."""


def parsed(text: str) -> Any:
    """Return a JSON text as Python has it. Raises BrokenAnswerError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BrokenAnswerError from None


def at(answer: Any, place: str | None) -> Any:
    """Return what lies at a place such as data.orders; null where nothing does."""
    for name in (place or "").split("."):
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def records_at(text: str, place: str) -> list[tuple[str, Any]] | None:
    """Return the records of the list at a place, each as its own text and parsed; null where there is none.

    Raises BrokenAnswerError.
    """
    try:
        names = [] if place == "." else place.split(".")
        begin = _find(text, _skip(text, 0), names)
        if begin is None or text[begin] != "[":
            return None
        return _elements(text, begin)
    except (ValueError, IndexError, RecursionError):
        raise BrokenAnswerError from None


def within_place(texts: Sequence[str], place: str) -> str:
    """Return records as lines: those of one page in one line, at the place where the platform has them."""
    if place == ".":
        return "".join(f"{text}\n" for text in texts)
    names = place.split(".")
    opened = "".join(f'{{"{name}":' for name in names)
    return f"{opened}[{','.join(texts)}]{'}' * len(names)}\n"


def _elements(text: str, begin: int) -> list[tuple[str, Any]]:
    found = []
    place = _skip(text, begin + 1)
    while text[place] != "]":
        value, end = _DECODER.raw_decode(text, place)
        # Line breaks can only stand between values: within a text they are escaped.
        found.append((text[place:end].replace("\r", " ").replace("\n", " "), value))
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)
    return found


def _find(text: str, place: int, names: list[str]) -> int | None:
    """Return where the value of a name within objects begins; null where it is not there."""
    if not names:
        return place
    if text[place] != "{":
        return None
    place = _skip(text, place + 1)
    while text[place] != "}":
        name, place = scanstring(text, place + 1)
        place = _skip(text, _skip(text, place) + 1)
        if name == names[0]:
            return _find(text, place, names[1:])
        _, place = _DECODER.raw_decode(text, place)
        place = _skip(text, place)
        if text[place] == ",":
            place = _skip(text, place + 1)
    return None


def _skip(text: str, place: int) -> int:
    while text[place] in _BLANKS:
        place += 1
    return place
