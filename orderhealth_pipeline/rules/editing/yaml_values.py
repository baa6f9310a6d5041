"""Values → YAML, on one line or on several, as a person would write them.

What belongs here: writing. What does not: where it is written (yaml_edit.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import yaml

_PLAIN: Final = re.compile(r"[\w一-鿿][\w一-鿿 ./+%()（）、，。-]*", re.ASCII)


def flow(value: Any) -> str:
    """Write a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, str):
        return _text(value)
    return "null" if value is None else str(value)


def block(value: Any, columns: int) -> Iterator[str]:
    """Write a value on several lines, each of its parts on one where that fits."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _part(f"{flow(key)}:", each, columns, indent=2)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _item(each, columns)
    else:
        yield flow(value)


def plain_number(number: Decimal) -> str:
    """Write a number without an exponent, and without zeros that say nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _part(begin: str, value: Any, columns: int, indent: int) -> Iterator[str]:
    short = flow(value)
    if len(begin) + len(short) + 1 <= columns or not isinstance(value, dict | list | tuple):
        yield f"{begin} {short}"
        return
    yield begin
    yield from (" " * indent + line for line in block(value, columns - indent))


def _item(value: Any, columns: int) -> Iterator[str]:
    short = flow(value)
    if len(short) + 2 <= columns or not isinstance(value, dict | list | tuple):
        yield f"- {short}"
        return
    for number, line in enumerate(block(value, columns - 2)):
        yield f"{'- ' if number == 0 else '  '}{line}"


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text == text.strip() and yaml.safe_load(text) == text:
        return text
    return json.dumps(text, ensure_ascii=False)
