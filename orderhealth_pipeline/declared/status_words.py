"""What the status words of the feeds are called where people read them.

What belongs here: reading status_words.yml. What does not: which words there are (ingest/feeds.yml).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from orderhealth_pipeline.words import Locale, words_of
from orderhealth_pipeline.yaml_files import FrozenModel

_FILE: Final = Path(__file__).with_name("status_words.yml")
_OF_STATUSES: Final = "status"


class StatusWords(FrozenModel):
    """The words of one language."""

    words: dict[str, str]


def status_word(word: str, locale: Locale) -> str:
    """Return what a status word is called; one that nobody named goes by itself."""
    return words_of(_FILE, StatusWords, locale).words.get(word, word)


def is_of_status(name: str) -> bool:
    """Say whether a column, or a figure of evidence, holds a status word by its name."""
    return name.startswith(f"{_OF_STATUSES}_") or name.endswith(f"_{_OF_STATUSES}")
