"""The encoding of every line of a text: UTF-8, GB18030, or broken.

What belongs here: telling the two apart by their bytes, in whole columns, and writing lines of both as UTF-8.
What does not: which files need it (file_facts.py), and what becomes of broken lines (bad_lines.py).

A line of Chinese in UTF-8 has characters of three bytes, one after the other. One in GB18030 has pairs, of
which nearly all are common characters; read as UTF-8 it falls apart, but for chance. A line of UTF-8 with a
broken character may be made of pairs, too, by chance again, but not of common ones.
"""

# ruff: noqa: PLR2004 - these bytes are the definitions of the encodings

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Leaning = Literal["utf-8", "gb18030"]
Utf16 = Literal["utf-16-le", "utf-16-be"]

_LINE_FEED: Final = ord("\n")
_FIRST_BEYOND_ASCII: Final = 0x80
_BEHIND: Final = b"\0\0\0"
"""Bytes that no character goes on with: the last one's neighbours are looked at, too."""

_UTF_16: Final[dict[bytes, Utf16]] = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_LOOKED_AT: Final = 200
_NEARLY_ALL: Final = 0.8


@dataclass(frozen=True)
class JudgedLines:
    """Of every line of a text, bytes beyond ASCII: all, those of UTF-8, those of Chinese in either encoding.

    `starts` has one more: where the next line would start.
    """

    starts: Numbers
    beyond_ascii: Numbers
    of_utf8: Numbers
    of_utf8_chinese: Numbers
    of_common_pairs: Numbers

    @property
    def is_utf8(self) -> npt.NDArray[np.bool_]:
        """Lines that are UTF-8."""
        return np.equal(self.of_utf8, self.beyond_ascii)

    @property
    def leaning(self) -> int:
        """How many lines more speak for UTF-8 than for GB18030."""
        utf8 = self.is_utf8 & (self.of_utf8_chinese > 0)
        pairs = ~self.is_utf8 & (self.of_common_pairs > self.of_utf8_chinese)
        return int(np.count_nonzero(utf8)) - int(np.count_nonzero(pairs))

    def may_be_gb18030(self, leaning: Leaning) -> npt.NDArray[np.bool_]:
        """Lines that are more likely GB18030, in a text that leans to one of both.

        Some words are characters of two bytes in UTF-8, too, such as 联通.
        """
        by_pairs = self.of_common_pairs > self.of_utf8_chinese
        if leaning == "utf-8":
            return ~self.is_utf8 & by_pairs
        by_chance = (self.of_utf8_chinese == 0) & (self.of_common_pairs == self.beyond_ascii)
        return np.where(
            self.is_utf8,
            by_chance & (self.beyond_ascii > 0),
            by_pairs | (2 * self.of_utf8_chinese <= self.beyond_ascii),
        )


def judge_lines(text: bytes) -> JudgedLines:
    """Judge the lines of a text that begins and ends with whole lines."""
    line_feeds = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == _LINE_FEED)
    starts = np.concatenate(([0], line_feeds + 1))
    if starts[-1] != len(text):
        starts = np.append(starts, len(text))
    padded = np.frombuffer(text + _BEHIND, dtype=np.uint8)
    high = np.flatnonzero(padded >= _FIRST_BEYOND_ASCII)
    count = len(starts) - 1
    of_high = np.searchsorted(starts, high, side="right") - 1
    two, longer = _utf8_characters(padded, high)
    chinese = np.bincount(of_high, weights=longer, minlength=count).astype(np.int64)
    return JudgedLines(
        starts=starts,
        beyond_ascii=np.bincount(of_high, minlength=count),
        of_utf8=chinese + 2 * np.bincount(of_high[two], minlength=count),
        of_utf8_chinese=chinese,
        of_common_pairs=2 * np.bincount(of_high[_common_pairs(padded, high)], minlength=count),
    )


def _utf8_characters(text: Bytes, high: Numbers) -> tuple[npt.NDArray[np.bool_], Numbers]:
    """Tell which bytes start a character of two bytes, and of how many bytes one of three or four."""
    lead, second = text[high], text[high + 1]
    third, fourth = text[high + 2], text[np.minimum(high + 3, len(text) - 1)]
    goes_on, goes_on_twice = _continues(second), _continues(second) & _continues(third)
    two = (lead >= 0xC2) & (lead < 0xE0) & goes_on
    three = (lead >= 0xE0) & (lead < 0xF0) & goes_on_twice
    three &= ((lead != 0xE0) | (second >= 0xA0)) & ((lead != 0xED) | (second < 0xA0))
    four = (lead >= 0xF0) & (lead < 0xF5) & goes_on_twice & _continues(fourth)
    four &= ((lead != 0xF0) | (second >= 0x90)) & ((lead != 0xF4) | (second < 0x90))
    return two, 3 * three.astype(np.int64) + 4 * four.astype(np.int64)


def _continues(values: Bytes) -> npt.NDArray[np.bool_]:
    return np.asarray((values & 0xC0) == 0x80, dtype=np.bool_)


def _common_pairs(text: Bytes, high: Numbers) -> npt.NDArray[np.bool_]:
    """Tell which bytes start a sign or a character of the first level of GB 2312, paired from the left."""
    begins = np.diff(high, prepend=-2) != 1
    first = np.maximum.accumulate(np.where(begins, np.arange(len(high)), 0))
    is_left = (np.arange(len(high)) - first) % 2 == 0
    lead, trail = text[high], text[high + 1]
    is_common = ((lead >= 0xB0) & (lead <= 0xD7)) | ((lead >= 0xA1) & (lead <= 0xA9))
    return np.asarray(is_left & is_common & (trail >= 0xA1) & (trail != 0xFF), dtype=np.bool_)


def as_utf8(text: bytes, leaning: Leaning) -> bytes:
    """Write whole lines as UTF-8. Broken ones stay as they are, and are UTF-8 no more than before."""
    judged = judge_lines(text)
    candidates = judged.may_be_gb18030(leaning)
    if not candidates.any():
        return text
    # Lines of ASCII are lines of either: what is decoded at once is as long as can be.
    either = candidates | (judged.beyond_ascii == 0)
    edges = np.flatnonzero(np.diff(either.astype(np.int8), prepend=0, append=0))
    written, done = [], 0
    for first, behind in zip(edges[::2], edges[1::2], strict=True):
        start, end = judged.starts[first], judged.starts[behind]
        written += [text[done:start], *_decoded(text, judged.starts[first : behind + 1])]
        done = end
    return b"".join([*written, text[done:]])


def _decoded(text: bytes, starts: Numbers) -> Iterator[bytes]:
    """Decode lines, all at once where none of them is broken."""
    try:
        yield text[starts[0] : starts[-1]].decode("gb18030").encode()
    except UnicodeDecodeError:
        if len(starts) == 2:
            yield text[starts[0] : starts[-1]]
            return
        middle = len(starts) // 2
        yield from _decoded(text, starts[: middle + 1])
        yield from _decoded(text, starts[middle:])


def utf_16_of(start: bytes) -> Utf16 | None:
    """Name the UTF-16 that a text is in by its first bytes; None where it is in another encoding."""
    if encoding := _UTF_16.get(start[:2]):
        return encoding
    halves = np.frombuffer(start[: min(_LOOKED_AT, len(start) // 2 * 2)], dtype=np.uint8).reshape(-1, 2) == 0
    if len(halves) > 1:
        first, second = halves.mean(axis=0)
        if max(first, second) >= _NEARLY_ALL and min(first, second) <= 1 - _NEARLY_ALL:
            return "utf-16-le" if second > first else "utf-16-be"
    return None


def utf_16_as_utf8(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Write UTF-16 as UTF-8. Half a character, and half a pair of them, become what is no UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogatepass")
    held_back = ""
    for chunk in chunks:
        text = held_back + decoder.decode(chunk)
        # A pair of surrogates may be cut between two chunks.
        held_back = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        yield text[: len(text) - len(held_back)].encode(errors="surrogatepass")
    rest = decoder.getstate()[0]
    yield held_back.encode(errors="surrogatepass") + (b"\xff" if rest else b"")
