"""Calls about unknown status words: which there are, what they mean, and taking that back.

What belongs here: requests → meanings. What does not: writing them (incoming/word_mapping.py, editing/).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from orderhealth_pipeline.console.api.call import ApiError, Asked, Given, Short, Why
from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.incoming.word_mapping import (
    ABOUT,
    Place,
    draft_of_meanings,
    says,
    unknown_words,
)
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.editing.publish import ChangedMeanwhileError, is_shipped

_MOST: Final = 200
_LONGEST_NUMBER: Final = 12


class WordOfFeed(BaseModel):
    """A status word that nobody knew in the newest evaluation, the rows with it, and what it may mean.

    `meaning` is what it means from the next run on. A `hidden` one looks like a person's data.
    """

    feed: str
    column: str
    word: str
    rows: int
    first_seen_at: datetime | None
    near: list[str]
    meanings: list[str]
    meaning: str | None
    hidden: bool


class WordsOfFeeds(BaseModel):
    """All of them, the most frequent first."""

    words: list[WordOfFeed]


class Meaning(Given):
    """What one word means."""

    feed: Short
    column: Short
    word: Short
    meaning: Short


class MeaningsBody(Given):
    """Meanings, and how one knows."""

    words: Annotated[list[Meaning], Field(min_length=1, max_length=_MOST)]
    why: Why


class ChangeOfFiles(BaseModel):
    """A change of the rules' files by a person: its number, what it says, and what became of it."""

    change: int
    says: str
    state: Literal["waiting", "published", "undone", "rejected", "lapsed"]


def list_unknown_words(asked: Asked) -> WordsOfFeeds:
    """List unknown words."""
    return WordsOfFeeds(
        words=[
            WordOfFeed(
                feed=each.feed,
                column=each.column,
                word=each.word,
                rows=each.rows,
                first_seen_at=each.first_seen_at,
                near=list(each.near),
                meanings=list(each.meanings),
                meaning=each.meaning,
                hidden=each.is_hidden,
            )
            for each in unknown_words(asked.site)
        ]
    )


def map_words(asked: Asked) -> ChangeOfFiles:
    """Say what words mean."""
    meanings: dict[Place, str] = {
        (each.feed, each.column, each.word): each.meaning for each in asked.body.words
    }
    if is_shipped(asked.site.settings.expectations):
        raise ConfigurationError(
            "these rules belong to the program: name a folder of your own, `expectations:` in orderhealth.yml"
        )
    for feed, column, _ in meanings:
        contract = feed_contracts().get(feed)
        if contract is None or column not in contract.of_type("status"):
            raise ConfigurationError(
                Message("'{column}' of '{feed}' holds no status", column=column, feed=feed)
            )
    with _conflicts():
        draft = draft_of_meanings(asked.site, meanings)
        if not draft.changed:
            raise ApiError(409, "the words mean that already")
        if (refusal := publishing.refusal_of(asked, draft)) is not None:
            raise refusal
        number = publishing.publish(asked, draft, asked.body.why, (ABOUT, says(meanings)))
    return _change(asked, number)


def undo_meanings(asked: Asked) -> ChangeOfFiles:
    """Take a change of meanings back."""
    text = asked.path["change"]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0
    change = asked.site.rule_changes.find(number)
    if change is None or change.about != ABOUT:
        raise ApiError(404, "there is no such change")
    if change.state != "published":
        raise ApiError(409, f"the change is {change.state}")
    with _conflicts():
        publishing.take_back(asked, change)
    return _change(asked, number)


@contextmanager
def _conflicts() -> Iterator[None]:
    try:
        yield
    except ChangedMeanwhileError:
        raise ApiError(409, "somebody has changed the file meanwhile") from None


def _change(asked: Asked, number: int) -> ChangeOfFiles:
    change = asked.site.rule_changes.find(number)
    if change is None:
        raise ApiError(404, "there is no such change")
    return ChangeOfFiles(change=change.change, says=change.says, state=change.state)
