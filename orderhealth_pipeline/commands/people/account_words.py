"""The words of the calls about accounts and the audit log, in both languages.

What belongs here: reading account_words.yml. What does not: the calls (accounts.py, audit.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from orderhealth_pipeline.words import Locale, words_of
from orderhealth_pipeline.yaml_files import FrozenModel

_FILE: Final = Path(__file__).with_name("account_words.yml")


class AccountWords(FrozenModel):
    """The words of one language."""

    audit_columns: dict[str, str]
    account_columns: dict[str, str]
    states: dict[str, str]
    with_password: str
    without: str
    link: str
    nobody: str


def account_words(locale: Locale) -> AccountWords:
    """Return the words of one language."""
    return words_of(_FILE, AccountWords, locale)
