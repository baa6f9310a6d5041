"""Unknown status words and what they may mean; from a person's choice to the lines of `words.yml`.

What belongs here: the words, and the draft of the file. What does not: publishing it (editing/publishing.py),
the page (words_page.py) and the call (api/words.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import yaml

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.ingest.values.word_meanings import WORDS_FILE, near_words
from orderhealth_pipeline.pipeline.editing.drafts import Draft, draft_of
from orderhealth_pipeline.report.words.masking import mask_word
from orderhealth_pipeline.rules.editing.yaml_edit import edited
from orderhealth_pipeline.rules.editing.yaml_values import flow
from orderhealth_pipeline.yaml_nodes import compose

ABOUT: Final = "words"
"""What a change of meanings is about, among the changes of rules."""

_HIDDEN: Final = "***"
_NOTHING: Final = "{}"

Place = tuple[str, str, str]
"""A feed, a column and a word."""


@dataclass(frozen=True)
class UnknownWord:
    """A word that nobody knew in the newest evaluation, and in how many rows it stands.

    `meanings` are the statuses that it may mean, `near` those that are written alike. `meaning` is what it
    means since, from the next run on. A `hidden` word looks like a person's data, and nobody here has it.
    """

    feed: str
    column: str
    word: str
    rows: int
    first_seen_at: datetime | None
    meanings: tuple[str, ...]
    near: tuple[str, ...]
    meaning: str | None
    is_hidden: bool

    @property
    def key(self) -> str:
        """What forms call it."""
        return key_of((self.feed, self.column, self.word))


def key_of(place: Place) -> str:
    """Return what forms call a word."""
    return hashlib.sha256("\0".join(place).encode()).hexdigest()[:16]


def unknown_words(site: Site) -> list[UnknownWord]:
    """Return the unknown words of the newest evaluation, the most frequent first. Raises StoreError."""
    contracts = site.plan.at_present().contracts
    with site.snapshot.reading() as con:
        rows = sql.read(con, "console/select_unknown_words").to_dicts()
    found = []
    for row in rows:
        column = contracts[row["feed"]].columns[row["column_name"]]
        word = mask_word(row["word"])
        found.append(
            UnknownWord(
                row["feed"],
                row["column_name"],
                word,
                row["rows"],
                row["first_seen_at"],
                column.words,
                tuple(near_words(word, column.words)),
                column.meanings.get(row["word"]),
                _HIDDEN in word,
            )
        )
    return found


def words_file(site: Site) -> Path:
    """Return the file of the meanings; there need not be one."""
    return site.settings.expectations / WORDS_FILE


def draft_of_meanings(site: Site, chosen: Mapping[Place, str]) -> Draft:
    """Return what the file would say with the meanings of some words set. Raises ConfigurationError."""
    path = words_file(site)
    draft = draft_of(path)
    text = draft.before[path]
    for (feed, column, word), meaning in chosen.items():
        text = _with_meaning(text, (feed, column, word), meaning)
    return Draft(draft.before, {path: text})


def says(chosen: Mapping[Place, str]) -> str:
    """Return a choice in one line, for the log."""
    return "; ".join(
        f"{feed}.{column}: {word} → {meaning}" for (feed, column, word), meaning in chosen.items()
    )


def _with_meaning(text: str, place: Place, meaning: str) -> str:
    """Set one meaning; the first word of a feed is written a line a level, as people read it best."""
    root = compose(text) if text.strip() else None
    if not isinstance(root, yaml.MappingNode) or not root.value:
        text = "".join(line for line in text.splitlines(keepends=True) if line.strip() != _NOTHING)
    elif root.flow_style or any(name.value == place[0] for name, _ in root.value):
        return edited(text, [(place, meaning)])
    feed, column, word = place
    lines = (f"{flow(feed)}:", f"  {flow(column)}:", f"    {flow(word)}: {flow(meaning)}")
    return (text.rstrip("\n") + "\n" if text.strip() else "") + "\n".join(lines) + "\n"
