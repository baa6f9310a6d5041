"""What the console says besides the words of the report: navigation, headings, states, in both languages.

What belongs here: choosing a text and putting values into it. What does not: the texts (words.yml), and what
the report says already (report/words).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from orderhealth_pipeline.report.words.texts import filled_in
from orderhealth_pipeline.words import Locale, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FOLDER: Final = Path(__file__).parent


class _WordsFile(FrozenModel):
    words: dict[str, Text]


class Words:
    """The texts of one language; call it with a key and the values of the text's placeholders."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self._words = _all_words()

    def __call__(self, key: str, **values: Any) -> str:
        """Return a text. Raises KeyError where the files and the caller share no key or placeholder."""
        return filled_in(self._words[key], self.locale, values)

    def word(self, group: str, value: str) -> str:
        """Return what a word of a vocabulary is called; an unknown word stands for itself."""
        text = self._words.get(f"{group}_{value}")
        return value if text is None else text.in_locale(self.locale)


@lru_cache(maxsize=1)
def _all_words() -> dict[str, Text]:
    """Read `words.yml`, and the texts of single pages in `pages/*.yml`."""
    files = (_FOLDER / "words.yml", *sorted((_FOLDER / "pages").glob("*.yml")))
    return {key: text for file in files for key, text in read_model(file, _WordsFile).words.items()}
