"""Characters that nobody sees: blanks around values, and marks that programs put into them.

What belongs here: which characters these are, for regular expressions and for Arrow. What does not: where
they fall off (sql/ingest/create_read_*.sql, plain_values.py).
"""

from __future__ import annotations

from typing import Final

_INVISIBLE: Final = (
    *range(0x09),
    *range(0x0E, 0x20),
    *range(0x7F, 0xA0),
    0xAD,  # a hyphen that shows at the end of a line only
    0x34F,
    0x61C,
    0x115F,
    0x1160,
    0x17B4,
    0x17B5,
    *range(0x180B, 0x180F),
    *range(0x200B, 0x2010),  # of zero width, and marks of direction
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0x3164,
    0xFEFF,  # the mark at the start of a file
    0xFFA0,
    *range(0xFFF9, 0xFFFC),
)
_BLANK: Final = (
    *range(0x09, 0x0E),
    0x20,
    0xA0,
    0x1680,
    *range(0x2000, 0x200B),
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x2800,
    0x3000,
)

INVISIBLE: Final = "".join(map(chr, _INVISIBLE))
"""They stand for nothing wherever they stand in an identifier, an instant or a number."""

BLANKS: Final = "".join(map(chr, sorted((*_INVISIBLE, *_BLANK))))
"""They fall off at both ends of every value."""


def as_class(characters: str) -> str:
    """Write characters as they stand between the brackets of a regular expression."""
    codes = sorted({ord(character) for character in characters})
    starts = [code for code in codes if code - 1 not in codes]
    ends = [code for code in codes if code + 1 not in codes]
    return "".join(
        rf"\x{{{start:X}}}" if start == end else rf"\x{{{start:X}}}-\x{{{end:X}}}"
        for start, end in zip(starts, ends, strict=True)
    )


def without_invisible(text: str) -> str:
    """Take out of a name what nobody sees, and the blanks around it."""
    return text.translate(_TAKEN_OUT).strip(BLANKS)


_TAKEN_OUT: Final = dict.fromkeys(_INVISIBLE)
