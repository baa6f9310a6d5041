"""What columns and status words are called on an order's page.

What belongs here: reading vocabulary.yml. What does not: sentences (pages/orders.yml).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from orderhealth_pipeline.declared.status_words import status_word
from orderhealth_pipeline.words import Locale, words_of
from orderhealth_pipeline.yaml_files import FrozenModel

_FILE: Final = Path(__file__).with_name("vocabulary.yml")


class Vocabulary(FrozenModel):
    """The names of one language."""

    systems: dict[str, str]
    instants: dict[str, str]
    columns: dict[str, str]
    locale: Locale

    def column(self, name: str) -> str:
        """Return what a column is called; one that nobody named goes by its own name."""
        return self.columns.get(name, name.replace("_", " "))

    def word(self, word: str) -> str:
        """Return what a status word means to people."""
        called = status_word(word, self.locale)
        return word.replace("_", " ") if called == word else called


def vocabulary(locale: Locale) -> Vocabulary:
    """Return the names in a language."""
    return words_of(_FILE, Vocabulary, locale)
