"""Records of which people's values are hidden, the same value always behind the same sign.

What belongs here: one record, as a row or as JSON. What does not: files (rewriting.py), and which records are
meant.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from orderhealth_pipeline.yaml_files import FrozenModel, read_model

HIDDEN: Final = "***"
"""How a masked value begins: platforms mask like this, so rules know that it is none."""

_DIGITS: Final = 12


class PeopleWords(FrozenModel):
    """`people.yml`."""

    columns: tuple[str, ...]
    objects: tuple[str, ...]
    kept: tuple[str, ...]


@cache
def people_words() -> PeopleWords:
    """Read which columns are about people."""
    return read_model(Path(__file__).with_name("people.yml"), PeopleWords)


def plain(name: str) -> str:
    """Return the name of a column as it is compared."""
    return name.strip().casefold().replace("_", "").replace(" ", "").replace("-", "")


@dataclass(frozen=True)
class Masking:
    """Hides the values of some columns; `key` makes the signs, so that nobody can try out phone numbers."""

    key: bytes
    columns: frozenset[str]

    @classmethod
    def of(cls, key: bytes, more: Iterable[str] = ()) -> Masking:
        """Hide the known columns about people, and some more."""
        return cls(key, frozenset((*people_words().columns, *map(plain, more))))

    def sign(self, value: str) -> str:
        """Return the sign of a value; nothing stays nothing, and a sign stays what it is."""
        if not value.strip() or value.startswith(HIDDEN):
            return value
        return (
            HIDDEN + hmac.digest(self.key, value.strip().encode(errors="replace"), "sha256").hex()[:_DIGITS]
        )

    def row(self, header: Sequence[str], row: Sequence[str]) -> list[str]:
        """Return a row with people's values hidden."""
        names = [plain(name) for name in header]
        return [
            self.sign(value) if place < len(names) and names[place] in self.columns else value
            for place, value in enumerate(row)
        ]

    def document(self, value: Any, change: Callable[[str], str] = str) -> Any:
        """Return a JSON value with people's values hidden; `change` is applied to every other text."""
        return self._hidden(value, change, is_person=False)

    def _hidden(self, value: Any, change: Callable[[str], str], *, is_person: bool) -> Any:
        if isinstance(value, list):
            return [self._hidden(each, change, is_person=is_person) for each in value]
        if not isinstance(value, dict):
            if is_person and isinstance(value, str | int | float) and not isinstance(value, bool):
                return self.sign(str(value))
            return change(value) if isinstance(value, str) else value
        words, changed = people_words(), {}
        for key, each in value.items():
            name = plain(key)
            is_of_person = name in self.columns or (is_person and name not in words.kept)
            is_about = is_of_person or (name in words.objects and not isinstance(each, str))
            changed[key] = self._hidden(each, change, is_person=is_about and name not in words.kept)
        return changed
