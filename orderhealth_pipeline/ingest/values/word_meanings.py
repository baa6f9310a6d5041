"""What status words mean that no adapter maps: `expectations/words.yml`.

What belongs here: reading the file, and laying it over the contracts. What does not: reading rows (store/),
where the meanings are applied, so that they count for rows of any age and can be taken back.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import RootModel

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.yaml_files import Keys, read_model

WORDS_FILE: Final = "words.yml"

_NEAR: Final = 3
_ALIKE: Final = 0.5

Meanings = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Canonical words by word, by column, by feed."""


class _WordsFile(RootModel[dict[str, dict[str, dict[str, str]]]]):
    pass


def read_meanings(
    expectations: Path, contracts: Mapping[str, FeedContract], text: str | None = None
) -> Meanings:
    """Read `words.yml` of a folder of expectations; a folder without one has none.

    With `text` it is read as though the file said that.

    Raises ConfigurationError, with file and line, for a feed, a column or a word that there is not, and for a
    word that means something already.
    """
    file = expectations / WORDS_FILE
    if text is None and not file.exists():
        return {}
    lines: dict[Keys, int] = {}
    meanings = read_model(file, _WordsFile, lines=lines, text=text).root
    for feed, of_columns in meanings.items():
        if feed not in contracts:
            there = ", ".join(contracts)
            reason = Message(
                "there is no {kind} '{name}'; there are: {known}",
                kind=Message("feed"),
                name=feed,
                known=there,
            )
            raise _wrong(file, lines, (feed,), reason)
        statuses = contracts[feed].of_type("status")
        for column, of_words in of_columns.items():
            if column not in statuses:
                reason = Message(
                    "'{column}' holds no status; those of {feed}: {there}",
                    column=column,
                    feed=feed,
                    there=", ".join(statuses) or "-",
                )
                raise _wrong(file, lines, (feed, column), reason)
            words = contracts[feed].columns[column].words
            for word, meaning in of_words.items():
                place = (feed, column, word)
                if meaning not in words:
                    reason = Message(
                        "'{meaning}' is no status of {feed}; there are: {known}",
                        meaning=meaning,
                        feed=feed,
                        known=", ".join(words),
                    )
                    raise _wrong(file, lines, place, reason)
                if word in words:
                    reason = Message("'{word}' is a status of {feed} itself", word=word, feed=feed)
                    raise _wrong(file, lines, place, reason)
    return meanings


def near_words(word: str, known: tuple[str, ...]) -> list[str]:
    """Return the words of a vocabulary that are written like a word, the nearest first."""
    folded = word.strip().casefold().replace(" ", "_").replace("-", "_")
    return difflib.get_close_matches(folded, known, _NEAR, _ALIKE)


def with_meanings(contracts: Mapping[str, FeedContract], meanings: Meanings) -> dict[str, FeedContract]:
    """Return the contracts with the meanings of words among their columns."""
    return {feed: _meaning(contract, meanings.get(feed, {})) for feed, contract in contracts.items()}


def _meaning(contract: FeedContract, meanings: Mapping[str, Mapping[str, str]]) -> FeedContract:
    if not meanings:
        return contract
    columns = {
        name: column.model_copy(update={"meanings": dict(meanings.get(name, {}))})
        for name, column in contract.columns.items()
    }
    return contract.model_copy(update={"columns": columns})


def _wrong(file: Path, lines: Mapping[Keys, int], keys: Keys, reason: str) -> ConfigurationError:
    return ConfigurationError(reason, file=file, line=lines.get(keys))
