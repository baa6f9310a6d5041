"""What a call of the API is, what it is asked with, and pages of lists.

What belongs here: the shape of one line of the table (registry.py). What does not: any call, HTTP (serve.py).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from orderhealth_pipeline.console.access.roles import Verb
from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.pipeline.saying.speech import LONGEST_TEXT

Method = Literal["GET", "POST", "PATCH", "DELETE"]
Short = Annotated[str, Field(min_length=1, max_length=200)]
Why = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")]

_Row = TypeVar("_Row")
_LARGEST: Final = 2**53


class ApiError(Exception):
    """What a call answers instead of what was asked for; `more` stands beside the detail."""

    def __init__(self, status: int, detail: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, dict(more or {})


class Given(BaseModel):
    """What a call is given; unknown names are mistakes."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Given):
    """A call that is given nothing."""


class PageQuery(Given):
    """Which part of a list: `cursor` is the `next` of the part before."""

    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=200)] | None = None


@dataclass(frozen=True)
class Asked:
    """One request: who asks, and what for."""

    site: Site
    person: Person
    path: Mapping[str, str]
    query: Any
    body: Any


@dataclass(frozen=True)
class Call:
    """One call: its route, the verb that it needs (null: any person), what it is given and gives.

    `failures` are statuses that it may answer besides 400, 401, 403, 422, 429 and 503. What `takes_file` is
    sent a file as it is, and given the path where it has arrived.
    """

    name: str
    method: Method
    path: str
    verb: Verb | None
    summary: str
    answer: Callable[[Asked], BaseModel]
    gives: type[BaseModel]
    query: type[Given] = Nothing
    body: type[Given] | None = None
    status: int = 200
    failures: tuple[int, ...] = field(default=())
    takes_file: bool = False


def part_of(rows: Sequence[_Row], asked: PageQuery) -> tuple[Sequence[_Row], str | None]:
    """Return the part of a list that is asked for, and the cursor of the next one."""
    begin = offset_of(asked.cursor)
    part = rows[begin : begin + asked.limit]
    end = begin + len(part)
    return part, cursor_of(end) if end < len(rows) else None


def cursor_of(offset: int) -> str:
    """Return a cursor; what is in it is nobody's business."""
    return base64.urlsafe_b64encode(json.dumps({"after": offset}).encode()).decode().rstrip("=")


def offset_of(cursor: str | None) -> int:
    """Read a cursor. Raises ApiError where it is none."""
    if cursor is None:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        offset = json.loads(base64.urlsafe_b64decode(padded.encode()))["after"]
    except (ValueError, binascii.Error, KeyError, TypeError, UnicodeError):
        offset = None
    if type(offset) is not int or not 0 <= offset < _LARGEST:
        raise ApiError(400, "cursor: the `next` of an earlier answer is expected")
    return offset
