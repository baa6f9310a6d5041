"""Hides what names a person: phone numbers everywhere; names, addresses and free text in rejected rows.

What belongs here: deciding what of a text or of a raw row may be shown. What does not: showing it.
"""

from __future__ import annotations

import re
from typing import Any, Final

_PHONE_IN_TEXT: Final = re.compile(
    r"(?<![0-9A-Za-z])"
    r"(?:\+\d{1,3}[- ]?\d(?:[- ]?\d){6,11}|(?:86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-\d{7,8})"
    r"(?!\d)"
)
_PHONE: Final = re.compile(r"\+?\d[\d ()转#,-]{5,24}\d")
_SCIENTIFIC: Final = re.compile(r"\d[.,]\d+[eE]\+?\d+")
_ADDRESS_OF_A_PAGE: Final = re.compile(r"(https?://[^/\s?#]+)[^\s'\"]*", re.IGNORECASE)
_QUOTED: Final = re.compile(r"(['\"“‘「])(.*?)(['\"”’」])", re.DOTALL)

_INSTANT: Final = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?"
)
_NUMBER: Final = re.compile(r"[+-]?\d{1,6}([.,]\d{1,6})?%?")
_WORD: Final = re.compile(r"[a-z]+(_[a-z]+)*")
_IDENTIFIER: Final = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9_.:#-]{1,40}")

_DIGITS_OF_A_PHONE: Final = 10
_SAFE_ENDINGS: Final = (
    "_id",
    "_no",
    "_at",
    "sku",
    "status",
    "kind",
    "currency",
    "warehouse",
    "amount",
    "quantity",
)
_UNSAFE_COLUMNS: Final = frozenset(
    {"receiver", "phone", "street", "remark", "text", "detail", "birthday", "location"}
)


def mask_text(text: str) -> str:
    """Hide every phone number in a text that people wrote: mobile, landline and international ones.

    Its first three and last four characters stay, as the platforms do it: 138****5678.
    """
    return _PHONE_IN_TEXT.sub(lambda match: f"{match[0][:3]}****{match[0][-4:]}", text)


def mask_buyer(buyer_id: str) -> str:
    """Show a buyer's id that is a plain identifier; hide one that may be a nickname."""
    return mask_text(buyer_id) if _IDENTIFIER.fullmatch(buyer_id) else _hide(buyer_id)


def mask_error(text: str) -> str:
    """Hide phone numbers, and of a web address all but the host: a robot's path is its secret."""
    return mask_text(_ADDRESS_OF_A_PAGE.sub(r"\1/…", text))


def mask_reason(reason: str) -> str:
    """Hide what a reason quotes of its row, unless it is plainly an instant, a small number or a word."""
    quoted = _QUOTED.sub(lambda match: match[1] + _mask_value(match[2]) + match[3], reason)
    return mask_text(_SCIENTIFIC.sub("…", quoted))


def mask_row(row: Any) -> tuple[tuple[str, str], ...]:
    """Give columns and values of a rejected row that was read from JSON, its empty columns left out.

    A rejected row may be shifted by a column, so a column's name proves nothing: a value is shown whole
    only where both its column and its own shape are harmless, and otherwise as its first character or a
    masked number.
    """
    if not isinstance(row, dict):
        return () if row in (None, "", []) else (("", _mask_value(str(row))),)
    return tuple(
        (mask_text(str(column)), _mask_cell(str(column).casefold(), str(value)))
        for column, value in row.items()
        if value not in (None, "")
    )


def _mask_cell(column: str, value: str) -> str:
    if column in _UNSAFE_COLUMNS or not column.endswith(_SAFE_ENDINGS):
        return _hide(value)
    if column.endswith(("_id", "_no", "sku")) and _IDENTIFIER.fullmatch(value) and mask_text(value) == value:
        return value
    return _mask_value(value)


def _mask_value(value: str) -> str:
    """Show instants, small numbers and lower-case words; hide everything else."""
    harmless = any(shape.fullmatch(value) for shape in (_INSTANT, _NUMBER, _WORD))
    return value if harmless else _hide(value)


def _hide(value: str) -> str:
    text = value.strip()
    digits = re.sub(r"\D", "", text)
    if _PHONE.fullmatch(text) and len(digits) >= _DIGITS_OF_A_PHONE:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"{text[:1]}***" if len(text) > 1 else "***"
