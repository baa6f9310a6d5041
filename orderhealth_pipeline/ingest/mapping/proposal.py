"""A proposal: which columns of a table fill which columns of which feeds, and what is not certain about it.

What belongs here: frozen values, made by propose.py and written by adapter_text.py. What does not: either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from orderhealth_pipeline.ingest.adapters.column_looks import ColumnLook
from orderhealth_pipeline.ingest.mapping.table import Table

Said = Mapping[str, Mapping[str, str]]
"""Which column of the file fills a column of a feed, as a person said it: by feed and column of the feed."""

NOTHING_SAID: Final[Said] = MappingProxyType({})


@dataclass(frozen=True)
class Choice:
    """What fills a column of a feed: a column of the file, or SQL; `others` would have fitted as well."""

    column: str | None = None
    sql: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeedProposal:
    """One feed: its columns, what the words of its statuses mean, and the words that nobody knows.

    With `is_grouped` several rows of the file are one row of the feed. `only_where` is a condition in SQL.
    """

    feed: str
    choices: Mapping[str, Choice]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unknown_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_grouped: bool = False
    only_where: str | None = None


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a table; `problems` keep it from being used, `doubts` are told.

    `has_ambiguous_dates`: of some it cannot be told whether days or months come first. `lacking` is what a
    person can say where nothing is proposed: the columns that each feed needs, the likeliest feed first.
    """

    table: Table
    feeds: tuple[FeedProposal, ...]
    looks: Mapping[str, ColumnLook]
    nothing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    has_ambiguous_dates: bool = False
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def used(self) -> tuple[str, ...]:
        """The columns of the file that are read, in its order."""
        named = {choice.column for feed in self.feeds for choice in feed.choices.values()}
        sql = " ".join(choice.sql or "" for feed in self.feeds for choice in feed.choices.values())
        return tuple(name for name in self.table.header if name in named or f'"{name}"' in sql)
