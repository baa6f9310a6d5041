"""Hides what names a person: phone numbers everywhere; names, addresses and free text in rejected rows.

What belongs here: deciding what of a text or of a raw row may be shown. What does not: the patterns
(masking.yml), showing it, or the same for whole tables
(sql/store/snapshot/copies/create_masked_rejected_rows.sql).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from orderhealth_pipeline.report.words.masking_patterns import masking_patterns
from orderhealth_pipeline.report.words.plain_text import trimmed

_ADDRESS_OF_A_PAGE: Final = re.compile(r"(https?://[^/\s?#]+)[^\s'\"]*", re.IGNORECASE)
_DIGITS_OF_A_PHONE: Final = 10


@dataclass(frozen=True)
class _Compiled:
    in_texts: tuple[tuple[re.Pattern[str], str], ...]
    phone: re.Pattern[str]
    hidden: re.Pattern[str]
    shown_columns: re.Pattern[str]
    people_columns: re.Pattern[str]
    columns_of_records: re.Pattern[str]
    identifier_columns: re.Pattern[str]
    identifier: re.Pattern[str]
    harmless: re.Pattern[str]
    quoted: re.Pattern[str]
    scientific: re.Pattern[str]
    person: re.Pattern[str]
    surname: re.Pattern[str]
    about_orders: re.Pattern[str]


@cache
def _patterns() -> _Compiled:
    written = masking_patterns()
    # SQL knows digits, letters and the ends of words of ASCII only, so here they are the same.
    compiled = {
        name: re.compile(pattern, re.ASCII)
        for name, pattern in written.model_dump().items()
        if isinstance(pattern, str)
    }
    return _Compiled(
        in_texts=tuple((re.compile(one.pattern, re.ASCII), one.shown) for one in written.in_texts),
        harmless=re.compile(written.any_harmless, re.ASCII),
        person=re.compile(written.any_person, re.ASCII),
        **compiled,
    )


def mask_text(text: str) -> str:
    """Hide every phone number and mail address in a text that people wrote: 138****5678.

    Signs that nobody sees fall off.
    """
    shown = trimmed(text)
    for pattern, replacement in _patterns().in_texts:
        shown = pattern.sub(replacement, shown)
    return shown


def names_nobody(text_column: str) -> bool:
    """Say whether a column of texts of an order's record may be published as it is."""
    return _patterns().columns_of_records.search(text_column) is not None


def mask_buyer(buyer_id: str) -> str:
    """Show a buyer's id that is a plain identifier; hide one that may be a nickname."""
    return mask_text(buyer_id) if _is_identifier(buyer_id) else _hide(trimmed(buyer_id))


def mask_error(text: str) -> str:
    """Hide phone numbers, and of a web address all but the host: a robot's path is its secret."""
    return mask_text(_ADDRESS_OF_A_PAGE.sub(r"\1/…", text))


def mask_reason(reason: str) -> str:
    """Hide what a reason quotes of its row, unless it is plainly an instant, a small number or a word."""
    shown = trimmed(reason)
    for quoted in dict.fromkeys(_patterns().quoted.findall(shown)):
        shown = shown.replace(quoted, quoted[0] + _mask_value(quoted[1:-1]) + quoted[-1])
    return mask_text(_patterns().scientific.sub("…", shown))


def mask_word(word: str) -> str:
    """Hide a word of a status column that is no status but looks like a person's data."""
    patterns = _patterns()
    shown = trimmed(word)
    is_name = patterns.surname.search(shown) and not patterns.about_orders.search(shown)
    return _hide(shown) if is_name or patterns.person.search(shown) else mask_text(shown)


def mask_row(row: Any) -> tuple[tuple[str, str], ...]:
    """Return columns and values of a rejected row that was read from JSON, its empty columns left out.

    A rejected row may be shifted by a column, so a column's name proves nothing: a value is shown whole
    only where both its column and its own shape are harmless, and otherwise as its first character or a
    masked number.
    """
    if not isinstance(row, dict):
        return () if row in (None, "", []) else (("", _mask_value(trimmed(str(row)))),)
    return tuple(
        (mask_word(str(column)), _mask_cell(str(column).casefold(), trimmed(str(value))))
        for column, value in row.items()
        if value not in (None, "")
    )


def _mask_cell(column: str, value: str) -> str:
    patterns = _patterns()
    if patterns.people_columns.search(column) or not patterns.shown_columns.search(column):
        return _hide(value)
    if patterns.identifier_columns.search(column) and _is_identifier(value) and mask_text(value) == value:
        return value
    return _mask_value(value)


def _is_identifier(value: str) -> bool:
    is_short = len(value) <= masking_patterns().longest_identifier
    return is_short and _patterns().identifier.fullmatch(value) is not None


def _mask_value(value: str) -> str:
    """Show instants, small numbers and lower-case words; hide everything else."""
    return value if _patterns().harmless.fullmatch(value) else _hide(value)


def _hide(value: str) -> str:
    if _patterns().hidden.fullmatch(value):
        return value
    digits = re.sub(r"[^0-9]", "", value)
    if _patterns().phone.fullmatch(value) and len(digits) >= _DIGITS_OF_A_PHONE:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"{value[:1]}***" if len(value) > 1 else "***"
