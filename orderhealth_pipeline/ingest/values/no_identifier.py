"""What is written in the place of an identifier that there is not, read from no_identifier.yml.

What belongs here: the words. What does not: ids of buyers that stand for everybody (orders/buyers), and
telling values from the words, which is done in SQL and with Arrow.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("no_identifier.yml")


class NoIdentifier(FrozenModel):
    """Words that are no identifier, as no_identifier.yml explains them."""

    words: tuple[str, ...]

    @property
    def spellings(self) -> list[str]:
        """Every spelling of every word."""
        return sorted({spelt for word in self.words for spelt in (word, word.upper(), word.capitalize())})


@cache
def no_identifier() -> NoIdentifier:
    """Read what is no identifier."""
    return read_model(_FILE, NoIdentifier)
