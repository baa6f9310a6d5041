"""The numbers of cases: short, said over the phone without a mistake, and the same when computed again.

What belongs here: making numbers, and reading what people type. What does not: which cases are new (step.py).
A number follows from rule, cause and opening instant alone, so it does not depend on which other cases there
are, unless two would share one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from hashlib import blake2b
from typing import Final

import polars as pl

from orderhealth_pipeline.cases.case_frames import CAUSE

_SIGNS: Final = "234679ACEFHJKMPRTWXY"
"""Neither 0 and O, nor 1, I and L, nor the pairs 5 and S, 8 and B, 2 and Z, U and V, N and M, D and T."""

_LENGTH: Final = 7
_FIRST_GROUP: Final = 3
_MEANT: Final = str.maketrans(dict.fromkeys("-_ .—–－·"))

TakenOf = Callable[[Collection[str]], Collection[str]]
"""Which of some numbers are given away."""


def case_numbers(causes: pl.DataFrame, taken_of: TakenOf) -> pl.Series:
    """Return a number for each cause (CAUSE, opened_at), such as `K4R-7XM3`; none is given away yet.

    Where two numbers would be the same, the later cause gets one with a sign more.
    """
    texts = causes.select(
        pl.concat_str(
            *(pl.col(name).fill_null("") for name in CAUSE),
            pl.col("opened_at").dt.epoch("us").cast(pl.String),
            separator="\x1f",
        )
    ).to_series()
    signs = [_signs_of(text) for text in texts]
    names = [_grouped(each[:_LENGTH]) for each in signs]
    taken = set(taken_of(names))
    for place, each in enumerate(signs):
        length = _LENGTH
        while names[place] in taken:
            length += 1
            names[place] = _grouped(each[:length])
        taken.add(names[place])
    return pl.Series(names, dtype=pl.String)


def meant_number(typed: str) -> str:
    """Return the number that a person means who types it in small letters, or without its dash."""
    return _grouped(typed.strip().upper().translate(_MEANT))


def _grouped(signs: str) -> str:
    return f"{signs[:_FIRST_GROUP]}-{signs[_FIRST_GROUP:]}"


def _signs_of(text: str) -> str:
    number = int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")
    signs = ""
    while number:
        number, place = divmod(number, len(_SIGNS))
        signs += _SIGNS[place]
    return signs
