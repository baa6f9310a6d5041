"""What the console says of a dropped file, people masked, and loading it.

What belongs here: what pages and the API share. What does not: keeping files (quarantine.py), and what a file
is (pipeline/dropped).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from orderhealth_pipeline.console.incoming.looks import Heard, Looks
from orderhealth_pipeline.console.incoming.quarantine import Quarantine, Upload
from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.desk.accounts.audit import Deed
from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.mapping.proposal import Proposal
from orderhealth_pipeline.ingest.rejection_reasons import as_reason
from orderhealth_pipeline.messages import in_locale
from orderhealth_pipeline.pipeline.dropped.look import (
    AmbiguousDatesError,
    Kind,
    LackingColumnsError,
    LookedAt,
)
from orderhealth_pipeline.pipeline.dropped.take import Taken, take
from orderhealth_pipeline.pipeline.dropped.trial import FeedTrial
from orderhealth_pipeline.report.words.masking import mask_reason, mask_row, mask_text, mask_word
from orderhealth_pipeline.words import Locale


class Author(Protocol):
    """Somebody who brings files, by a page or by a call of the API."""

    @property
    def site(self) -> Site:
        """The console."""
        ...

    @property
    def person(self) -> Person:
        """Who it is."""
        ...


@dataclass(frozen=True)
class FeedOfFile:
    """What a file brings of one feed: rows taken, and the first of them as columns and values, masked."""

    feed: str
    title: str
    taken: int
    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True)
class FileView:
    """What a file is, and what a run would take of it; `trouble` where nothing can be made of it.

    `is_ambiguous` where a person has to say whether its dates begin with the day; `lacking` where a person
    has to say which of the columns of `header` those are that a feed needs, the likeliest feed first.
    """

    kind: Kind | None = None
    title: str = ""
    feeds: tuple[FeedOfFile, ...] = ()
    taken: int = 0
    refused: int = 0
    refusals: tuple[tuple[str, int | None, str], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    unknown_words: tuple[str, ...] = ()
    trouble: str = ""
    is_ambiguous: bool = False
    lacking: tuple[tuple[str, tuple[str, ...]], ...] = ()
    header: tuple[str, ...] = ()


_LOOKS: Final = Looks()


def receive(author: Author, arrived: Path, name: str) -> Upload:
    """Keep a file that has arrived. Raises ConfigurationError for one of no format."""
    upload = Quarantine(author.site.settings).keep(arrived, name, author.person.name, author.site.clock())
    _write(author, "receive_file", upload, f"{upload.size} bytes")
    return upload


def view(site: Site, upload: Upload, heard: Heard, locale: Locale) -> FileView:
    """Say what a file is and what would come of it, in a language."""
    try:
        found = _LOOKS.at(upload, site, heard)
    except LackingColumnsError as error:
        return FileView(
            trouble=mask_reason(error.in_locale(locale)),
            lacking=tuple(error.proposal.lacking.items()),
            header=tuple(map(mask_text, error.proposal.table.header)),
        )
    except UnusableInputError as error:
        return FileView(
            trouble=mask_reason(error.in_locale(locale)), is_ambiguous=isinstance(error, AmbiguousDatesError)
        )
    trial, zone = found.trial, site.settings.zone
    contracts = feed_contracts()
    feeds = tuple(
        FeedOfFile(
            each.feed,
            contracts[each.feed].title.in_locale(locale),
            each.count,
            tuple(_masked(each, row, zone) for row in each.rows),
        )
        for each in trial.feeds
    )
    seen = FileView(
        kind=found.kind,
        title=_title(found, locale),
        feeds=feeds,
        taken=sum(each.taken for each in feeds),
        refused=trial.refused,
        refusals=tuple(
            (feed, line, mask_reason(in_locale(as_reason(reason), locale)))
            for feed, line, reason in trial.refusals
        ),
    )
    return seen if found.proposal is None else _with_proposal(seen, found.proposal, locale)


def _with_proposal(seen: FileView, proposal: Proposal, locale: Locale) -> FileView:
    columns = (
        (f"{feed.feed}.{target}", mask_text(choice.column))
        for feed in proposal.feeds
        for target, choice in feed.choices.items()
        if choice.column
    )
    words = (word for feed in proposal.feeds for words in feed.unknown_words.values() for word in words)
    # Words are said by themselves: they are texts of the file, which may be anything.
    doubts = (each for each in proposal.doubts if "words" not in getattr(each, "values", {}))
    return replace(
        seen,
        columns=tuple(columns),
        unread=tuple(mask_text(name) for name in proposal.table.header if name not in proposal.used),
        doubts=tuple(mask_text(in_locale(each, locale)) for each in doubts),
        unknown_words=tuple(dict.fromkeys(map(mask_word, words))),
        is_ambiguous=proposal.has_ambiguous_dates,
    )


def load(author: Author, upload: Upload, heard: Heard) -> Taken:
    """Put a file where the next run reads it. Raises UnusableInputError, ConfigurationError."""
    found = _LOOKS.at(upload, author.site, heard)
    taken = take(upload.path, found, author.site.settings)
    Quarantine(author.site.settings).remove(upload)
    written = "" if taken.adapter is None else f", adapter {taken.adapter.name}"
    _write(author, "load_file", upload, f"{found.kind} {found.name}: {taken.file.name}{written}")
    return taken


def discard(author: Author, upload: Upload) -> None:
    """Throw a file away."""
    Quarantine(author.site.settings).remove(upload)
    _write(author, "discard_file", upload, None)


def _write(author: Author, verb: str, upload: Upload, detail: str | None) -> None:
    now: datetime = author.site.clock()
    author.site.gate.write(
        Deed(
            now, author.person.name, verb, "file", mask_text(upload.name), None, detail and mask_text(detail)
        )
    )


def _title(found: LookedAt, locale: Locale) -> str:
    if found.kind == "feed":
        return feed_contracts()[found.name].title.in_locale(locale)
    declared = found.adapter.declaration.title if found.adapter is not None else None
    return found.name if declared is None else declared.in_locale(locale)


def _masked(trial: FeedTrial, row: Sequence[Any], zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    statuses = feed_contracts()[trial.feed].of_type("status")
    values = {
        column: value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else value
        for column, value in zip(trial.columns, row, strict=True)
    }
    masked = mask_row(values)
    return tuple(
        (column, mask_word(str(values[column])) if column in statuses else shown) for column, shown in masked
    )
