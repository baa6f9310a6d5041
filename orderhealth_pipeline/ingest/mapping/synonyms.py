"""The names and words by which people call what feeds have: `synonyms.yml`, and the words of the presets.

What belongs here: reading them, and comparing a name with them. What does not: choosing (propose.py).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from orderhealth_pipeline.ingest.adapters.declaration import Vocabulary, preset_declarations
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.text.table_place import plain_name
from orderhealth_pipeline.words import Locale
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_BRACKETS: Final = re.compile(r"[(\[{【〔（].*?[)\]}】〕）]")
_SIGNS: Final = re.compile(r"[_\-./:：*#]+")
_SHORTEST_CHINESE: Final = 2
_SHORTEST_LATIN: Final = 5
_WITHIN: Final = 0.6
_A_PLACE: Final = 0.005

LEAST_ALIKE: Final = 0.45
"""From so much on a name may be one of several (`likeness`)."""


class Synonyms(FrozenModel):
    """`synonyms.yml`."""

    columns: dict[str, dict[str, tuple[str, ...]]]
    words: dict[str, dict[str, tuple[str, ...]]]
    nothing: tuple[str, ...]
    totals: tuple[str, ...]
    amount_marks: tuple[str, ...]
    ten_thousand: tuple[str, ...]


@lru_cache(maxsize=1)
def synonyms() -> Synonyms:
    """Read the names and words."""
    return read_model(Path(__file__).with_name("synonyms.yml"), Synonyms)


def bare_name(name: str) -> str:
    """Return a column's name without blanks, capitals, signs and what stands in brackets."""
    return _SIGNS.sub("", plain_name(_BRACKETS.sub("", name)))


def likeness(name: str, called: tuple[str, ...]) -> float:
    """Say how well a column's name fits one of several names, the first of which fit best: 0 to 1."""
    bare = bare_name(name)
    best = 0.0
    for place, each in enumerate(map(bare_name, called)):
        if bare == each:
            return 1 - place * _A_PLACE
        shortest = _SHORTEST_LATIN if each.isascii() else _SHORTEST_CHINESE
        if len(each) >= shortest and each in bare:
            best = max(best, _WITHIN * len(each) / len(bare) + 0.2 - place * _A_PLACE)
    return best


def title_of(feed: str, column: str, locale: Locale) -> str:
    """Return what people call a column of a feed: the first of its names in a language, else its own."""
    called = synonyms().columns[feed].get(column, ())
    return next((name for name in called if name.isascii() == (locale == "en")), column)


@lru_cache(maxsize=1)
def known_words() -> Vocabulary:
    """Return by feed and column what words mean: those of synonyms.yml, and those of presets that agree.

    Numbers are left out, because each platform has its own.
    """
    known: Vocabulary = {}
    for place, of_words in synonyms().words.items():
        feed, column = place.split(".")
        words = known.setdefault(feed, {}).setdefault(column, {})
        words |= {word.casefold(): meaning for meaning, spellings in of_words.items() for word in spellings}
    for declared in preset_declarations().values():
        for feed, of_columns in declared.vocabulary.items():
            for column, of_preset in of_columns.items():
                words = known.setdefault(feed, {}).setdefault(column, {})
                for word, meaning in of_preset.items():
                    if not word.isdigit():
                        words.setdefault(word.casefold(), meaning)
    for feed, contract in feed_contracts().items():
        for column in contract.of_type("status"):
            own = {word: word for word in contract.columns[column].words}
            known.setdefault(feed, {}).setdefault(column, {}).update(own)
    return known
