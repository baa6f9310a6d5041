"""Calls about files that are sent: keeping one, what it is, loading it, throwing it away.

What belongs here: requests → files. What does not: what a file is (incoming/dropped.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from orderhealth_pipeline.console.api.call import ApiError, Asked, Given
from orderhealth_pipeline.console.incoming import dropped
from orderhealth_pipeline.console.incoming.looks import Heard, Order
from orderhealth_pipeline.console.incoming.quarantine import Quarantine, Upload
from orderhealth_pipeline.pipeline.dropped.look import Kind
from orderhealth_pipeline.report.words.masking import mask_text


class FileQuery(Given):
    """What a file that is sent is called; its ending says its format."""

    name: Annotated[str, Field(min_length=1, max_length=200)]


class FileRecord(BaseModel):
    """A file that waits."""

    file: str
    name: str
    bytes: int
    at: datetime
    who: str


class FileList(BaseModel):
    """The files that wait, the newest first."""

    files: list[FileRecord]


class HeardQuery(Given):
    """What a person says of a file.

    `order`: whether dates such as 03/04/2026 begin with the day. `columns`: of which column of its header,
    counted from 0, the columns of `feed` are read that nobody knows by name: `order_id:0,placed_at:3`.
    """

    order: Order | None = None
    feed: Annotated[str, Field(max_length=50)] | None = None
    columns: (
        Annotated[str, Field(max_length=1000, pattern=r"^[a-z_]+:[0-9]{1,4}(,[a-z_]+:[0-9]{1,4})*$")] | None
    ) = None

    def heard(self) -> Heard:
        """Return what was said."""
        pairs = (each.split(":") for each in (self.columns or "").split(",") if each)
        return Heard(self.order, self.feed, tuple((column, int(place)) for column, place in pairs))


class LoadBody(HeardQuery):
    """How a file is read that can be read in several ways."""


class FeedRows(BaseModel):
    """What a file brings of one feed: rows taken, and the first of them, people masked."""

    feed: str
    taken: int
    rows: list[dict[str, str]]


class Refusal(BaseModel):
    """Why a row would be refused."""

    feed: str
    line: int | None
    reason: str


class FileLook(BaseModel):
    """What a file is, and what a run would take of it.

    `kind`: a feed as it stands, a file of an adapter that runs know, of a preset, or one for which an adapter
    is proposed; null, with `trouble`, where nothing can be made of it. `ambiguous` where `order` has to say
    whether its dates begin with the day. `columns` says which column of the file is read as what. `lacking`
    says what each feed needs, the likeliest first, where `feed` and `columns` have to say which of `header`.
    """

    kind: Kind | None
    title: str
    taken: int
    refused: int
    feeds: list[FeedRows]
    refusals: list[Refusal]
    columns: dict[str, str]
    unread: list[str]
    doubts: list[str]
    unknown_words: list[str]
    trouble: str
    ambiguous: bool
    lacking: dict[str, list[str]]
    header: list[str]


class Loaded(BaseModel):
    """The name under which the next run reads a file, and the adapter that was written for it."""

    name: str
    adapter: str | None


class FileDeleted(BaseModel):
    """A file that was thrown away."""

    deleted: bool = True


def send_file(asked: Asked) -> FileRecord:
    """Keep a file."""
    return _record(dropped.receive(asked, asked.body, asked.query.name))


def list_files(asked: Asked) -> FileList:
    """List the files that wait."""
    return FileList(files=[_record(each) for each in Quarantine(asked.site.settings).waiting()])


def show_file(asked: Asked) -> FileLook:
    """Say what a file is."""
    seen = dropped.view(asked.site, _upload(asked), asked.query.heard(), "en")
    return FileLook(
        kind=seen.kind,
        title=seen.title,
        taken=seen.taken,
        refused=seen.refused,
        feeds=[
            FeedRows(feed=each.feed, taken=each.taken, rows=[dict(row) for row in each.rows])
            for each in seen.feeds
        ],
        refusals=[Refusal(feed=feed, line=line, reason=reason) for feed, line, reason in seen.refusals],
        columns=dict(seen.columns),
        unread=list(seen.unread),
        doubts=list(seen.doubts),
        unknown_words=list(seen.unknown_words),
        trouble=seen.trouble,
        ambiguous=seen.is_ambiguous,
        lacking={feed: list(columns) for feed, columns in seen.lacking},
        header=list(seen.header),
    )


def load_file(asked: Asked) -> Loaded:
    """Put a file where the next run reads it."""
    taken = dropped.load(asked, _upload(asked), asked.body.heard())
    return Loaded(name=mask_text(taken.file.name), adapter=taken.adapter.name if taken.adapter else None)


def delete_file(asked: Asked) -> FileDeleted:
    """Throw a file away."""
    dropped.discard(asked, _upload(asked))
    return FileDeleted()


def _upload(asked: Asked) -> Upload:
    upload = Quarantine(asked.site.settings).find(asked.path["file"])
    if upload is None:
        raise ApiError(404, "there is no such file")
    return upload


def _record(upload: Upload) -> FileRecord:
    return FileRecord(
        file=upload.number,
        name=mask_text(upload.name),
        bytes=upload.size,
        at=upload.at,
        who=mask_text(upload.who),
    )
