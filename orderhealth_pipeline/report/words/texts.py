"""The words of the report in one language, read from texts.yml.

What belongs here: choosing a text and putting values into it. What does not: the texts themselves, or the
rules' own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from orderhealth_pipeline.words import Locale, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("texts.yml")


class _TextsFile(FrozenModel):
    texts: dict[str, Text]


class _Count(int):
    """A number that chooses the English plural: `{n} {n:order|orders}`."""

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return format(int(self), spec or ",")
        one, many = spec.split("|")
        return one if self == 1 else many


class Texts:
    """The texts of one language; call it with a key and the values of the text's placeholders.

    `also` is a file of further texts, of one kind of report alone.
    """

    def __init__(self, locale: Locale, also: Path | None = None) -> None:
        self.locale = locale
        self._texts = _all_texts(_FILE) if also is None else {**_all_texts(_FILE), **_all_texts(also)}

    def __call__(self, key: str, **values: Any) -> str:
        """Return a text. Raises KeyError where texts.yml and the caller share no such key or placeholder."""
        return filled_in(self._texts[key], self.locale, values)

    def word(self, group: str, value: str) -> str:
        """Return the text of a vocabulary's word, such as a stage; an unknown word stands for itself."""
        text = self._texts.get(f"{group}_{value}")
        return value if text is None else text.in_locale(self.locale)


def filled_in(text: Text, locale: Locale, values: Mapping[str, Any]) -> str:
    """Put values into a text; whole numbers choose the plural: `{n} {n:order|orders}`."""
    counted = {name: _Count(value) if isinstance(value, int) else value for name, value in values.items()}
    return text.in_locale(locale).format(**counted)


@cache
def _all_texts(file: Path) -> dict[str, Text]:
    return read_model(file, _TextsFile).texts
