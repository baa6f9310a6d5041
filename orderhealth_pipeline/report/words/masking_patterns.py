"""The patterns by which people are hidden, read from masking.yml: one list for reports and published tables.

What belongs here: reading them. What does not: hiding in Python (masking.py) or in SQL (sql/store/).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("masking.yml")


class InText(FrozenModel):
    """What is hidden within a text, and what is shown in its place."""

    pattern: str
    shown: str


class MaskingPatterns(FrozenModel):
    """The patterns; masking.yml says what each is for."""

    in_texts: tuple[InText, ...]
    phone: str
    hidden: str
    shown_columns: str
    people_columns: str
    columns_of_records: str
    identifier_columns: str
    identifier: str
    longest_identifier: int
    harmless: tuple[str, ...]
    quoted: str
    scientific: str
    person: tuple[str, ...]
    surname: str
    about_orders: str

    @property
    def any_harmless(self) -> str:
        """One pattern for all harmless values."""
        return "|".join(f"(?:{one})" for one in self.harmless)

    @property
    def any_person(self) -> str:
        """One pattern for all that looks like a person's data."""
        return "|".join(f"(?:{one})" for one in self.person)


@cache
def masking_patterns() -> MaskingPatterns:
    """Read the patterns, once."""
    return read_model(_FILE, MaskingPatterns)
