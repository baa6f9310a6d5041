"""The vocabulary of doors and delivery notes, and how a list of words becomes part of a regular expression.

What belongs here: reading address_words.yml. What does not: the expressions made of it (door.py,
notes.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from orderhealth_pipeline.yaml_files import FrozenModel, read_model

WORDS_FILE: Final = Path(__file__).with_name("address_words.yml")


class AddressWords(FrozenModel):
    """The vocabulary; address_words.yml says what each list is for."""

    chinese_numerals: str
    formal_numerals: str
    before_house_numbers: str
    roads: tuple[str, ...]
    buildings: tuple[str, ...]
    marks_after_numbers: tuple[str, ...]
    teams: tuple[str, ...]
    marks_after_digits: tuple[str, ...]
    marks_after_letters: tuple[str, ...]
    things_with_numbers: tuple[str, ...]
    things_with_bare_numbers: tuple[str, ...]
    latin_units: tuple[str, ...]
    roads_before_numbers: tuple[str, ...]
    roads_before_codes: tuple[str, ...]
    lockers: tuple[str, ...]
    stations: tuple[str, ...]
    parts_of_lockers: tuple[str, ...]
    units_of_time: tuple[str, ...]
    after_days: tuple[str, ...]
    codes: tuple[str, ...]


@cache
def address_words() -> AddressWords:
    """Read the vocabulary, once."""
    return read_model(WORDS_FILE, AddressWords)


def any_of(words: Iterable[str]) -> str:
    """Return the expression that matches one of the words, the longest where several fit."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word) for word in longest_first) + ")"
