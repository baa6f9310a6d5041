"""Files on their way in over HTTP: never more of one than is allowed, and never all of it in memory.

What belongs here: reading requests. What does not: keeping what arrived (quarantine.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from orderhealth_pipeline.console.access.limits import limits

_BYTES: Final = 1_000_000
_AROUND: Final = 100_000
"""Bytes of a form around its file."""

_FIELDS: Final = 20


def most_bytes() -> int:
    """Return how many bytes a file may have."""
    return limits().upload_megabytes * _BYTES


async def form_with_file(request: Request) -> FormData:
    """Read a form with at most one file, which lies on the disk. Raises HTTPException (413, 400)."""
    _require_short(request, most_bytes() + _AROUND)
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > most_bytes() + _AROUND:
            # What has arrived of the file is closed with this error, and with no other.
            raise MultiPartException("too large")
        return message

    try:
        return await Request(request.scope, bounded).form(max_files=1, max_fields=_FIELDS)
    except HTTPException:
        raise HTTPException(413 if received > most_bytes() + _AROUND else 400) from None


async def write_body(request: Request, place: Path) -> None:
    """Write the body of a request into a file. Raises HTTPException (413)."""
    _require_short(request, most_bytes())
    with await run_in_threadpool(place.open, "xb") as file:
        async for part in _parts(request):
            await run_in_threadpool(file.write, part)


async def _parts(request: Request) -> AsyncIterator[bytes]:
    received = 0
    async for part in request.stream():
        received += len(part)
        if received > most_bytes():
            raise HTTPException(413)
        yield part


def _require_short(request: Request, most: int) -> None:
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said[:20]) > most:
        raise HTTPException(413)
