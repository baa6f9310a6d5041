"""The extension of a privacy number that platforms append to streets and names, per order: 海风苑[7839].

What belongs here: telling it from what people typed. What does not: what a street says otherwise, and phones,
where the same extension stands behind a number (phone_spelling.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from orderhealth_pipeline.orders.address.text import changed_where

_SUSPECT: Final = r"(?i)[转轉机機]|ext|[尾虚虛隐隱][号號拟擬私]|[\[({<【〔〖「『《]|[0-9]{11}"

_OPEN: Final = r"[\[{<【〔〖「『《]"
_CLOSE: Final = r"[\]}>】〕〗」』》]"
_ANY_OPEN: Final = r"[\[({<【〔〖「『《]"
_ANY_CLOSE: Final = r"[\])}>】〕〗」』》]"
_ANNOUNCED: Final = (
    r"(?:(?:转接?|轉接?|分机|分機|尾号|尾號|虚拟号?|虛擬號?|隐私号?|隱私號?|ext)[号號码碼.:为是\s]*)+"
)
_PHONE: Final = r"(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
_BEHIND_PHONE: Final = rf"\s*(?:[-,;#_]+\s*)?(?:{_ANNOUNCED})?[0-9]{{1,6}}"
_CALL: Final = r"[^0-9\[\](){}【】]{0,12}"

SUFFIXES: Final = (
    # In this order: a number alone in brackets, one that is announced, one behind its phone; then, at the end
    # of the text, the phone with its extension, and the extension alone. Nobody writes a door like these.
    rf"()\s*{_OPEN}\s*[0-9]{{3,6}}\s*{_CLOSE}",
    rf"(?i)()\s*{_ANY_OPEN}\s*{_ANNOUNCED}[0-9]{{1,6}}\s*{_ANY_CLOSE}",
    rf"(?i)()\s*{_ANY_OPEN}{_CALL}{_PHONE}{_BEHIND_PHONE}{_CALL}{_ANY_CLOSE}",
    rf"(?i)(^|[^0-9])[\s,;]*{_PHONE}\s*[-,;#_]?\s*{_ANNOUNCED}[0-9]{{1,6}}\s*$",
    rf"(^|[^0-9])[\s,;]*{_PHONE}\s*[-#,_]\s*[0-9]{{3,6}}\s*$",
    rf"(?i)(^|[^a-z])[\s,;-]*{_ANNOUNCED}[0-9]{{3,6}}\s*$",
)

ROUND_SUFFIX: Final = r"([^厦廈楼樓座栋棟幢元寓塔心\s])\s*\([0-9]{4}\)\s*$"
"""海风苑(7839); but behind the name of a high building the number is a room: 国际大厦(1301)."""


def without_privacy_suffix(texts: pl.Series) -> pl.Series:
    """Return texts, which are in half-width forms, without the extensions that a platform put into them."""

    def change(some: pl.Series) -> pl.Series:
        for suffix in SUFFIXES:
            some = some.str.replace_all(suffix, "$1 ")
        return some.str.replace(ROUND_SUFFIX, "$1")

    return changed_where(texts, _SUSPECT, change)
