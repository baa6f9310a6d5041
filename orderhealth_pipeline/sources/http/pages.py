"""Walking the pages of a list: forwards, backwards, by cursor, by id or by links.

What belongs here: which page comes next. What does not: sending (client.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.sources.errors import SourceError
from orderhealth_pipeline.sources.http.answers import BrokenAnswerError, at, records_at
from orderhealth_pipeline.sources.http.client import Reply
from orderhealth_pipeline.sources.http.description import ListOf

MOST_PAGES: Final = 100_000
_MOST_PASSES: Final = 5

Ask = Callable[[Mapping[str, Any], str | None], Reply]
"""Asks for a page by its parameters, or by the address that a link gives."""


@dataclass(frozen=True)
class Page:
    """The records of one page, each as its text and parsed, and the answer they came in."""

    records: list[tuple[str, Any]]
    reply: Reply


def walk(asked: ListOf, params: Mapping[str, Any], ask: Ask) -> Iterator[list[str]]:
    """Return the records of a list, page by page, each as its text. Raises SourceError."""
    pages = asked.pages
    sized = {**params, **({pages.size_param: pages.size} if pages.size_param else {})}
    if pages.by == "number":
        walked = _backwards(asked, sized, ask) if pages.backwards else _forwards(asked, sized, ask)
    else:
        walked = _along(asked, sized, ask)
    for page in walked:
        yield [text for text, _ in page.records]


def _forwards(asked: ListOf, params: Mapping[str, Any], ask: Ask) -> Iterator[Page]:
    seen = 0
    for number in range(asked.pages.first, asked.pages.first + MOST_PAGES):
        page = _page(asked, {**params, asked.pages.param: number}, ask)
        seen += len(page.records)
        yield page
        if not _goes_on(asked, page, seen):
            return


def _goes_on(asked: ListOf, page: Page, seen: int) -> bool:
    """Say whether a page follows. A page that is not full is no end: platforms leave rows out."""
    pages, said = asked.pages, page.reply.said
    if pages.more is not None and (more := at(said, pages.more)) is not None:
        return more in (True, "true", 1, "1")
    if pages.total is not None and (total := _count(at(said, pages.total))) is not None:
        return seen < total and bool(page.records)
    return bool(page.records)


def _backwards(asked: ListOf, params: Mapping[str, Any], ask: Ask) -> Iterator[Page]:
    """Read the last page first: rows that change leave the list, and only pages already read move."""
    pages = asked.pages
    first = _page(asked, {**params, pages.param: pages.first}, ask)
    total = _count(at(first.reply.said, pages.total)) if pages.total else None
    if total is None:
        yield from _until_nothing_is_new(asked, params, ask)
        return
    last = pages.first + max((total - 1) // pages.size, 0)
    for number in range(last, pages.first, -1):
        yield _page(asked, {**params, pages.param: number}, ask)
    yield _page(asked, {**params, pages.param: pages.first}, ask) if last > pages.first else first


def _until_nothing_is_new(asked: ListOf, params: Mapping[str, Any], ask: Ask) -> Iterator[Page]:
    seen: set[str] = set()
    for _ in range(_MOST_PASSES):
        before = len(seen)
        for page in _forwards(asked, params, ask):
            new = [(text, record) for text, record in page.records if text not in seen]
            seen.update(text for text, _ in new)
            yield Page(new, page.reply)
        if len(seen) == before:
            return


def _along(asked: ListOf, params: Mapping[str, Any], ask: Ask) -> Iterator[Page]:
    pages = asked.pages
    url: str | None = None
    met: set[str] = set()
    for _ in range(MOST_PAGES):
        page = _page(asked, params, ask, url)
        yield page
        following = _following(asked, page)
        if following is None or following in met:
            return
        met.add(following)
        if pages.by == "link":
            url = following
        else:
            params = {**params, pages.param: following}


def _following(asked: ListOf, page: Page) -> str | None:
    pages, said = asked.pages, page.reply.said
    if pages.more is not None and at(said, pages.more) in (False, "false", 0, "0"):
        return None
    if pages.by == "link":
        return page.reply.next_url
    if pages.by == "cursor":
        found = at(said, pages.next)
        return str(found) if found not in (None, "") else None
    if pages.by == "last_id" and page.records:
        return str(page.records[-1][1].get(pages.id))
    return None


def _page(asked: ListOf, params: Mapping[str, Any], ask: Ask, url: str | None = None) -> Page:
    reply = ask(params, url)
    try:
        records = records_at(reply.text, asked.records)
    except BrokenAnswerError:
        records = None
    if records is None and not asked.may_be_missing:
        raise SourceError(
            Message(
                "the answer has no list at {place}: the platform has changed its form", place=asked.records
            )
        )
    return Page(records or [], reply)


def _count(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
